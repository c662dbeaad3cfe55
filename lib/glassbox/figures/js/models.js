/**
 * Models: pure functions from the values of the controls (and constants) to panels. Each stands beside its topic, in
 * `lib/glassbox/<topic>/model.js`; a script for each topic puts its models here, and each host loads that in its way.
 */

/** @returns {Record<string, Record<string, Function>>} */
const registered = () => {
  const own = Object.assign(globalThis, { glassbox: Object(globalThis).glassbox ?? {} }).glassbox;
  own.models ??= {};
  return own.models;
};

/** The topic that has a model: of `adam.race` it is `adam`. */
export const topicOf = (name) => name.split(".")[0];

/** A model by its name, once its script has run. */
export function modelOf(name) {
  const model = registered()[topicOf(name)]?.[name.split(".")[1]];
  if (!model) throw new Error(`there is no model ${name}`);
  return model;
}

export const isThere = (name) => topicOf(name) in registered();
