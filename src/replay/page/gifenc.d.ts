/** What the page uses of the library gifenc, which brings no types of its own. */
declare module "gifenc" {
  /** Colours, each red, green and blue from 0 to 255. */
  type Palette = readonly (readonly number[])[];

  interface Encoder {
    /** Adds a picture: an index in the palette for each pixel. The first one's palette is that of all that bring none. */
    writeFrame: (
      index: Uint8Array,
      width: number,
      height: number,
      options: { readonly palette?: Palette; readonly delay?: number },
    ) => void;
    finish: () => void;
    bytes: () => Uint8Array<ArrayBuffer>;
  }

  export function GIFEncoder(): Encoder;
  export function quantize(rgba: Uint8ClampedArray, maximumColours: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette): Uint8Array;
}
