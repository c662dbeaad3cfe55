/** Models: pure functions from the values of the controls to panels, each held to its Python helper. */
import { iou } from "./iou.js";
import { race } from "./race.js";
import { variances } from "./variances.js";

export const models = { iou, race, variances };
