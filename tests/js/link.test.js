import assert from "node:assert/strict";
import { test } from "node:test";
import { linkOf, positionsIn } from "../../lib/glassbox/figures/js/link.js";

const controls = [
  { name: "n", kind: "slider", label: "n", labels: ["0.1", "0.2", "0.3"], values: [0.1, 0.2, 0.3], index: 0 },
  { name: "how", kind: "choice", label: "how", labels: ["a & b", "c=d"], values: [null, null], index: 1 },
  { name: "on", kind: "toggle", label: "on", labels: ["off", "on"], values: [false, true], index: 0 },
  { name: "said", kind: "entry", label: "said", labels: ["3 5"], values: ["3 5"], index: 0 },
];

test("an address says what stands elsewhere than at first, and brings it back", () => {
  for (const positions of [
    [0, 1, 0, "3 5"],
    [2, 0, 1, "7 # ? é & 8"],
    [1, 1, 1, ""],
  ]) {
    const link = linkOf("dp-table", controls, positions);
    assert.match(link, /^#dp-table\?[^#\s]*$/);
    assert.deepEqual(positionsIn(link, "dp-table", controls), positions);
  }
  assert.equal(linkOf("x", controls, [0, 1, 0, "3 5"]), "#x?");
});

test("an address of something else is none of a figure's", () => {
  for (const hash of ["", "#", "#dp-table", "#dp-tables?n=0.2", "#dp?n=0.2"])
    assert.equal(positionsIn(hash, "dp-table", controls), null);
});

test("what an address says wrongly stands where it starts", () => {
  for (const query of ["n=many", "n=", "how=z", "m=3", "on=yes", "n=NaN&how="])
    assert.deepEqual(positionsIn(`#x?${query}`, "x", controls), [0, 1, 0, "3 5"]);
  assert.deepEqual(positionsIn("#x?n=0.24", "x", controls), [1, 1, 0, "3 5"]);
});

test("a step of a trace is found after the switch that chooses the trace", () => {
  const replayed = [
    { name: "way", kind: "choice", label: "way", labels: ["short", "long"], values: [0, 1], index: 0 },
    {
      name: "step",
      kind: "steps",
      label: "step",
      labels: ["0", "1", "2", "3"],
      values: [0, 1, 2, 3],
      index: 1,
      cases: [
        { last: 1, questions: {} },
        { last: 3, questions: {} },
      ],
    },
  ];
  assert.deepEqual(positionsIn("#x?way=long&step=2", "x", replayed), [1, 2]);
});
