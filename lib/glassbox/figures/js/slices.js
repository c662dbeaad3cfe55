/** Do something with each of a list, some milliseconds at a time: a page that is read stays awake. */
export async function inSlices(list, milliseconds, work) {
  const made = [];
  let until = 0;
  for (const one of list) {
    if (performance.now() > until) {
      await new Promise((done) => setTimeout(done));
      until = performance.now() + milliseconds;
    }
    made.push(work(one));
  }
  return made;
}
