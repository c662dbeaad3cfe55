(()=>{var t=self,u=`
import json
from glassbox.page.runner import Page
page = Page(
    json.loads(cells), lambda kind, message: send(kind, json.dumps(message)), json.loads(modules)
)
page`,i,d,m,p=Promise.resolve(),l=e=>t.postMessage(e);function f(e){let n=t.fetch.bind(t),a=0;t.fetch=async o=>{let s=await n(o);if(!s.ok)throw new Error(`${new URL(o,t.location.href).pathname} is missing (${s.status})`);let r=new TransformStream({transform(c,g){a+=c.byteLength,l({kind:"progress",loaded:a,total:e}),g.enqueue(c)}});return new Response(s.body.pipeThrough(r),{headers:s.headers})}}async function h({base:e,cells:n,modules:a,packages:o,total:s}){f(s),t.importScripts(`${e}pyodide.js`),i=await t.loadPyodide({indexURL:e,lockFileURL:`${e}packages.json`,packages:["glassbox",...o],env:{HOME:"/home/reader",MPLBACKEND:"agg",MPLCONFIGDIR:"/tmp"}});let r=(c,g)=>l({kind:c,run:m,...JSON.parse(g)});d=i.runPython(u,{globals:i.toPy({send:r,cells:JSON.stringify(n),modules:JSON.stringify(a)})}),l({kind:"ready"})}async function y({run:e,at:n,edits:a}){m=e;for(let s in a)d.edit(Number(s),a[s]);let o=d.packages(n);do{let s=o.toJs().filter(r=>!i.loadedPackages[r]);o.destroy(),s.length&&await i.loadPackage(s,{messageCallback:()=>{}}),o=d.run(n)}while(o.length)}function k({data:e}){p=p.then(()=>e.kind==="start"?h(e):y(e)).catch(n=>l({kind:"broken",text:String(n.message??n)}))}t.onmessage=k;})();
