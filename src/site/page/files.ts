/** A site that is opened from disk: there, a folder shows no page by itself. */

/** Lets links to folders lead to the page in them, where no server does. */
export function linkFiles(root: ParentNode): void {
  if (location.protocol !== "file:") return;
  for (const link of root.querySelectorAll<HTMLAnchorElement>("a[href]")) {
    const address = link.getAttribute("href") ?? "";
    if (/^[a-z]+:/iu.test(address)) continue;
    link.setAttribute(
      "href",
      address.replace(/(^|\/)(?=#|$)/u, (slash) => `${slash}index.html`),
    );
  }
}
