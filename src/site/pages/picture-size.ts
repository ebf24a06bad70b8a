/** How large a drawing is. */

/** Width and height that an SVG says of itself, pixels. */
export function pictureSize(svg: string): { readonly width: number; readonly height: number } {
  const of = (name: string): number =>
    Math.round(Number(new RegExp(`^<svg[^>]* ${name}="([\\d.]+)"`, "u").exec(svg)?.[1] ?? 0));
  return { width: of("width"), height: of("height") };
}
