/** The pictures that chats show beside a link to a page: cards, 1200 × 675 pixels. */
import { createHash } from "node:crypto";

import type { Card } from "../cards/card.ts";
import { drawCard, renderCard } from "../cards/draw-card.ts";
import { type CardFonts, loadCardFonts } from "../cards/fit-text.ts";
import { describeCard } from "../cards/words.ts";
import { packageVersion } from "../package-root.ts";
import type { PreviewPicture } from "./page-frame.ts";
import type { Site } from "./site.ts";
import type { PartFiles } from "./site-folder.ts";

const ALTERNATIVE_LENGTH = 300;

let fonts: CardFonts | undefined;

/**
 * Writes the picture of a card, and says where it is. The name of its file is that of its content, so that a chat that keeps pictures shows
 * the right one, and one that is there need not be drawn again. Undefined where nobody could find it: previews need the whole address.
 */
export async function addPreview(
  { settings }: Site,
  files: PartFiles,
  card: () => Card | Promise<Card>,
): Promise<PreviewPicture | undefined> {
  if (settings.baseUrl === undefined) return undefined;
  fonts ??= loadCardFonts();
  const drawn = await card();
  const { svg } = drawCard(drawn, "wide", fonts);
  const hash = createHash("sha256").update(`${packageVersion()} ${svg}`).digest("hex").slice(0, 24);
  const path = `og/${hash}.png`;
  if (!files.reuse(path)) files.put(path, await renderCard(drawn, "wide", fonts));
  return { path, width: 1200, height: 675, alternative: describeCard(drawn, ALTERNATIVE_LENGTH) };
}
