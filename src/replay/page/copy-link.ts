/** The button that copies the address of the moment. */

const SHOWN_MS = 2500;

/**
 * Copies the address of the page, which names the moment once `writeAddress` ran. Where the browser does not let a page
 * copy, it asks the reader to do it, with the address selected.
 */
export function listenToCopy(
  button: HTMLButtonElement,
  said: HTMLElement,
  field: HTMLInputElement,
  writeAddress: () => void,
): void {
  let timer = 0;
  const say = (text: string): void => {
    said.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => {
      said.textContent = "";
    }, SHOWN_MS);
  };
  const copy = async (): Promise<void> => {
    writeAddress();
    try {
      await navigator.clipboard.writeText(location.href);
      field.hidden = true;
      say("link copied");
    } catch {
      field.hidden = false;
      field.value = location.href;
      field.focus();
      field.select();
      say("press Ctrl-C to copy");
    }
  };
  field.addEventListener("blur", () => {
    field.hidden = true;
  });
  button.addEventListener("click", () => void copy());
}
