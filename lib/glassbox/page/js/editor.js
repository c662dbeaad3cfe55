/** The editor of a cell, loaded with the first Edit: CodeMirror with as little as it needs. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap } from "@codemirror/view";
import { classes } from "./highlight.js";

/**
 * @param {HTMLElement} parent
 * @param {string} source
 * @param {{ label: string, changed: (source: string) => void, run: () => void, leave: () => void }} host
 */
function editor(parent, source, { label, changed, run, leave }) {
  const call = (action) => () => {
    action();
    return true;
  };
  const keys = [
    { key: "Shift-Enter", run: call(run) },
    { key: "Mod-Enter", run: call(run) },
    { key: "Escape", run: call(leave) },
    indentWithTab,
    ...historyKeymap,
    ...defaultKeymap,
  ];
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: source,
      extensions: [
        keymap.of(keys),
        history(),
        python(),
        indentUnit.of("    "),
        indentOnInput(),
        bracketMatching(),
        drawSelection(),
        highlightSpecialChars(),
        syntaxHighlighting(classes),
        EditorView.contentAttributes.of({
          tabindex: "0", // it scrolls sideways on a phone, by keys too
          "aria-label": label,
          "aria-description": "Shift-Enter runs the cell. Escape leaves the editor.",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(view.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    focus: () => view.focus(),
    source: () => view.state.doc.toString(),
    replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    destroy: () => view.destroy(),
  };
}

Object.assign(window, { glassbox: { ...Object(window).glassbox, editor } });
