/** All slash commands. */
import { CROSSFIRE_REPORT } from "./commands/crossfire-report.ts";
import { ENGAGEMENT_ANALYSIS } from "./commands/engagement-analysis.ts";
import { HEATMAP } from "./commands/heatmap.ts";
import { LEADERS } from "./commands/leaders.ts";
import { PREDICT } from "./commands/predict.ts";
import { PROXIMITY_STATS } from "./commands/proximity-stats.ts";
import type { SlashCommand } from "./slash-command.ts";

/** In the order in which they are registered. */
export const SLASH_COMMANDS: readonly SlashCommand[] = [
  HEATMAP,
  PROXIMITY_STATS,
  ENGAGEMENT_ANALYSIS,
  CROSSFIRE_REPORT,
  LEADERS,
  PREDICT,
];
