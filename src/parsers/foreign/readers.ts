/** The formats of other trackers that prox reads. A new reader is one file beside this one, and an entry here. */
import { CLASSIC_READER } from "./classic.ts";
import type { ForeignReader } from "./foreign-round.ts";
import { GAME_LOG_READER } from "./game-log.ts";
import { OKSII_READER } from "./oksii.ts";
import { PROXIMITY_READER } from "./proximity/reader.ts";

/** The readers, in the order in which they are asked whether a file is theirs. */
export const FOREIGN_READERS: readonly ForeignReader[] = [
  PROXIMITY_READER,
  OKSII_READER,
  CLASSIC_READER,
  GAME_LOG_READER,
];
