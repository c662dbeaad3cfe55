/** What the hand moves over: a unit to assemble, and the map of mixed chunks. */
export { paths } from "./paths.js";
export { unit } from "./unit.js";
