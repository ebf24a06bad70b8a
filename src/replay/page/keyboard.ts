/** Keys, and the list of them that `?` shows. */

/** What a key does; `keys` are values of `KeyboardEvent.key`, letters in lower case. */
export interface Shortcut {
  readonly keys: readonly string[];
  /** How the keys are shown. */
  readonly label: string;
  readonly text: string;
  readonly run: (event: KeyboardEvent) => void;
}

const TEXT_FIELDS: ReadonlySet<string> = new Set(["search", "text"]);

/** What the focused element does with a key by itself: the page's own shortcut then stands back. */
function belongsToElement(target: EventTarget | null, key: string): boolean {
  if (target instanceof HTMLSelectElement) return key !== "escape";
  if (target instanceof HTMLInputElement && TEXT_FIELDS.has(target.type)) return true;
  const isBox = target instanceof HTMLInputElement && target.type === "checkbox";
  return (target instanceof HTMLButtonElement || isBox) && (key === " " || key === "enter");
}

/**
 * Runs the shortcut of a key that is pressed anywhere; not with Ctrl, Alt or Meta, not while a dialog is open, and
 * not where the focused element uses the key itself.
 */
export function listenToKeys(shortcuts: readonly Shortcut[], isDialogOpen: () => boolean): void {
  const byKey = new Map(
    shortcuts.flatMap((shortcut) => shortcut.keys.map((key) => [key, shortcut] as const)),
  );
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    const shortcut = byKey.get(key);
    const isOthers = event.ctrlKey || event.altKey || event.metaKey || isDialogOpen();
    if (shortcut === undefined || isOthers || belongsToElement(event.target, key)) return;
    event.preventDefault();
    shortcut.run(event);
  });
}

/** Lists the shortcuts in a table. */
export function describeKeys(body: HTMLTableSectionElement, shortcuts: readonly Shortcut[]): void {
  for (const { label, text } of shortcuts) {
    const row = body.insertRow();
    const keys = row.insertCell();
    for (const part of label.split(" ")) {
      const key = document.createElement("kbd");
      key.textContent = part;
      keys.append(key, " ");
    }
    row.insertCell().textContent = text;
  }
}
