/** The field that finds a player in the lists: names as they sound, without case and marks. */
import { plainText } from "./paint.ts";
import type { Round } from "./round.ts";

/** Small letters without marks, compatibility forms made plain: `𝕭𝖗𝖆` is found as `bra`, `Über` as `uber`. */
function normalize(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** Which actors a text names: those with it anywhere in any of their names. All for an empty text. */
export class PlayerSearch {
  readonly #names: readonly string[];
  #text = "";

  constructor(
    field: HTMLInputElement,
    round: Round,
    onChange: () => void,
    onChoose: (actor: number) => void,
  ) {
    this.#names = round.tracks.map(({ identities }) =>
      normalize(identities.map(({ name }) => plainText(name)).join("\n")),
    );
    field.addEventListener("input", () => {
      this.#text = normalize(field.value.trim());
      onChange();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        field.value = "";
        this.#text = "";
        field.blur();
        onChange();
      }
      const first = this.#names.findIndex((_, actor) => this.matches(actor));
      if (event.key === "Enter" && this.#text !== "" && first !== -1) onChoose(first);
    });
  }

  matches(actor: number): boolean {
    return this.#names[actor]?.includes(this.#text) === true;
  }
}
