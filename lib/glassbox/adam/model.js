/** What the hand moves over: a race, a tug of war on one weight, a bowl with a box, a translator of decays. */
export { box } from "./box.js";
export { race } from "./race.js";
export { translate } from "./translate.js";
export { tug } from "./tug.js";
