import { Selection } from "prosemirror-state";
import { _, ngettext } from "../../language.js";
import { say } from "../../staff/toast.js";
import { send } from "../api.js";
import { askFormula } from "./formula_dialog.js";
import { Formulas } from "./formula_images.js";
import { askDescription } from "./picture_dialog.js";
import { fitting } from "./pictures.js";
import { nodes } from "./schema.js";

/** @typedef {import("prosemirror-view").EditorView} View */

/** What the fields of one item share: the formulas shown, the dialogs, and the way of pictures to the service. */
export class Tools {
  /** @param {{kept: string[], draft: () => Promise<string>, tell: (words: string) => void}} parts `draft`: the draft's name, which is made where there is none yet; `tell`: says something that has to stay in sight */
  constructor({ kept, draft, tell }) {
    this.formulas = new Formulas(kept);
    this.tell = tell;
    this.draft = draft;
  }

  /** @param {View} view @param {number} place */
  editFormula(view, place) {
    const node = view.state.doc.nodeAt(place);
    if (!node || node.type !== nodes.formula) return false;
    void askFormula(this.formulas, node.attrs).then((answer) => {
      view.focus();
      if (!answer || view.state.doc.nodeAt(place) !== node) return;
      const tr = answer.tex ? view.state.tr.replaceWith(place, place + 1, nodes.formula.create(answer)) : view.state.tr.delete(place, place + 1);
      view.dispatch(tr.setSelection(Selection.near(tr.doc.resolve(Math.min(place + 1, tr.doc.content.size)))).setMeta("own", true));
    });
    return true;
  }

  /** What is selected is taken for TeX. @param {View} view */
  insertFormula(view) {
    const { from, to } = view.state.selection;
    const tex = view.state.doc.textBetween(from, to, " ");
    void askFormula(this.formulas, { tex, display: false, kept: null }).then((answer) => {
      view.focus();
      if (answer?.tex) view.dispatch(view.state.tr.replaceSelectionWith(nodes.formula.create(answer), false).setMeta("own", true));
    });
    return true;
  }

  /** @param {View} view @param {number} place */
  describePicture(view, place) {
    const node = view.state.doc.nodeAt(place);
    if (!node || node.type !== nodes.picture) return false;
    void askDescription(node.attrs.alt, `/assets/${node.attrs.asset}`).then((answer) => {
      view.focus();
      if (answer === null || view.state.doc.nodeAt(place) !== node) return;
      view.dispatch(view.state.tr.setNodeMarkup(place, null, { ...node.attrs, alt: answer }).setMeta("own", true));
    });
    return true;
  }

  /** @param {View} view @param {Blob} picture @param {number} place */
  async insertPicture(view, picture, place) {
    const asset = await this.bring(picture);
    if (!asset) return;
    const at = Math.min(place, view.state.doc.content.size);
    const tr = view.state.tr.setSelection(Selection.near(view.state.doc.resolve(at))).replaceSelectionWith(nodes.picture.create({ asset }), false);
    view.dispatch(tr.setMeta("own", true));
    const found = pictureWith(view, (attrs) => attrs.asset === asset && !attrs.alt);
    if (found !== null) this.describePicture(view, found);
  }

  /** Pictures that came inside pasted HTML. @param {View} view */
  async bringPictures(view) {
    let lost = 0;
    const isForeign = (/** @type {Record<string, any>} */ attrs) => Boolean(attrs.source);
    for (let place = pictureWith(view, isForeign); place !== null; place = pictureWith(view, isForeign)) {
      const source = view.state.doc.nodeAt(place)?.attrs.source;
      const picture = await fetched(source);
      const asset = picture && (await this.bring(picture));
      if (!picture) lost += 1;
      const now = pictureWith(view, (attrs) => attrs.source === source);
      if (now === null) continue;
      const node = view.state.doc.nodeAt(now);
      const tr = asset ? view.state.tr.setNodeMarkup(now, null, { ...node?.attrs, asset, source: "" }) : view.state.tr.delete(now, now + 1);
      view.dispatch(tr.setMeta("own", true));
    }
    if (lost) this.tell(lostPictures(lost));
  }

  /** Sound or film, as the service knows it now. @param {Blob} recording @returns {Promise<{digest: string, kind: string} | null>} */
  async bringRecording(recording) {
    try {
      return await send("POST", `/drafts/${await this.draft()}/recordings`, recording);
    } catch (error) {
      say(error instanceof Error && error.message && !(error instanceof TypeError) ? error.message : _("The recording could not be brought to the service. Try again."));
      return null;
    }
  }

  /** The digest of a picture that the service has now. @param {Blob} picture @returns {Promise<string | null>} */
  async bring(picture) {
    try {
      const { digest } = await send("POST", `/drafts/${await this.draft()}/pictures`, await fitting(picture));
      return digest;
    } catch (error) {
      say(error instanceof Error && error.message && !(error instanceof TypeError) ? error.message : _("The picture could not be brought to the service. Try again."));
      return null;
    }
  }
}

/** @param {number} n */
export const lostPictures = (n) => ngettext("%(n)s picture could not be taken from the clipboard. Copy it alone and paste it here.", "%(n)s pictures could not be taken from the clipboard. Copy each alone and paste it here.", n);

/** @param {View} view @param {(attrs: Record<string, any>) => boolean} fits @returns {number | null} */
function pictureWith(view, fits) {
  /** @type {number | null} */
  let found = null;
  view.state.doc.descendants((node, place) => {
    if (found === null && node.type === nodes.picture && fits(node.attrs)) found = place;
  });
  return found;
}

/** The picture inside a data: address; the policy forbids to fetch it. @param {string} source @returns {Promise<Blob | null>} */
async function fetched(source) {
  const found = /^data:(image\/[a-z+.-]+);base64,([A-Za-z0-9+/=\s]+)$/.exec(source);
  if (!found) return null;
  const bytes = Uint8Array.from(atob((found[2] ?? "").replace(/\s/g, "")), (character) => character.charCodeAt(0));
  return new Blob([bytes], { type: found[1] ?? "" });
}
