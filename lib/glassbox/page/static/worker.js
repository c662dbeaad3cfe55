(()=>{var t=self,u=`
import json
from glassbox.page.runner import Page
page = Page(
    json.loads(cells), lambda kind, message: send(kind, json.dumps(message)), json.loads(modules)
)
page`,i,d,m,p=Promise.resolve(),g=e=>t.postMessage(e);function f(e){let s=t.fetch.bind(t),a=0;t.fetch=async r=>{let n=await s(r);if(!n.ok)throw new Error(`${new URL(r,t.location.href).pathname} is missing (${n.status})`);let o=new TransformStream({transform(c,l){a+=c.byteLength,g({kind:"progress",loaded:a,total:e}),l.enqueue(c)}});return new Response(n.body.pipeThrough(o),{headers:n.headers})}}async function h({base:e,cells:s,modules:a,packages:r,total:n}){f(n),t.importScripts(`${e}pyodide.js`),i=await t.loadPyodide({indexURL:e,lockFileURL:`${e}packages.json`,packages:["glassbox",...r],env:{HOME:"/home/reader",MPLBACKEND:"agg",MPLCONFIGDIR:"/tmp"}});let o=(c,l)=>g({kind:c,run:m,...JSON.parse(l)});d=i.runPython(u,{globals:i.toPy({send:o,cells:JSON.stringify(s),modules:JSON.stringify(a)})}),g({kind:"ready"})}async function y({run:e,at:s,edits:a}){m=e;for(let o in a)d.edit(Number(o),a[o]);let r=d.packages(s),n=r.toJs().filter(o=>!i.loadedPackages[o]);r.destroy(),n.length&&await i.loadPackage(n,{messageCallback:()=>{}}),d.run(s)}function k({data:e}){p=p.then(()=>e.kind==="start"?h(e):y(e)).catch(s=>g({kind:"broken",text:String(s.message??s)}))}t.onmessage=k;})();
