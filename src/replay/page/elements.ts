/** The page's own elements, by id and kind. */

type Kind<Found> = abstract new () => Found;

/** The element of the page with this id; a missing one is a mistake in the page itself. */
export function find<Found extends HTMLElement>(id: string, kind: Kind<Found>): Found {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return element;
}

/** Sets an element's text where it differs: setting the same text again would cost a layout. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
