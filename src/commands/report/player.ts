import { Args } from "@oclif/core";

import { filterFlagsFor, readFilterFlags } from "../../cli/filter-flags.ts";
import type { RefusedFilters } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { playerView } from "../../cli/views/player.ts";
import type { Sql } from "../../db/driver/connect.ts";
import { ProxError } from "../../errors.ts";
import { plainName } from "../../names.ts";
import { readPlayerTraits, type PlayerTraits } from "../../models/player-traits.ts";
import { resolveFilters, type FilterRequest } from "../../reports/filter-request.ts";
import { playerPicture } from "../../reports/player-picture.ts";
import { reportPlayer } from "../../reports/player.ts";
import type { PlayerReport } from "../../reports/player.ts";

const REFUSED: RefusedFilters = {
  player: {
    reason: "a profile is of one player, the one that WHO names",
    instead: "leave it out; `prox report synergy --player` shows what a player does with others",
  },
  clan: {
    reason: "a profile is of one player, the one that WHO names",
    instead: "`prox report leaders --clan` puts the members of a clan beside each other",
  },
};

export default class ReportPlayer extends ReportCommand {
  static override summary = "show one player's profile: fights, accuracy, weapons, movement, partners, form";
  static override description =
    "WHO is any name that the player ever used (colour codes and case are ignored), or a GUID; `the others` are all " +
    "other players in the same rounds, at most the latest 100; rates carry a 95 % interval and their sample, a count " +
    "or minutes alive; `now` is the latest session, or all of the rounds that --since, --session or --round choose, " +
    "and `before` the player's own earlier rounds; traits are ranked only where they tell players apart; --png and --svg draw kills and deaths on the map they played most";
  static override examples = [
    "<%= config.bin %> <%= command.id %> Bravo",
    "<%= config.bin %> <%= command.id %> Bravo --map supply --since 30d --png bravo.png",
    "<%= config.bin %> <%= command.id %> 5F3A9C01 --csv bravo.csv",
  ];
  static override args = { who: Args.string({ description: "name or GUID", required: true }) };
  static override flags = {
    ...sourceFlags,
    ...filterFlagsFor(REFUSED),
    ...formFlagsFor("csv", "html", "png", "svg"),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ReportPlayer);
    const request = readFilterFlags(flags, REFUSED);
    const { picture, report, traits } = await this.withReports(flags, async (sql) => {
      const profile = await reportPlayer(sql, args.who, request);
      const traits = await readTraits(sql, profile, request);
      const isPicture = flags.png !== undefined || flags.svg !== undefined;
      if (!isPicture && flags.html === undefined) return { report: profile, traits, picture: undefined };
      const filters = {
        ...request,
        map: request.map ?? profile.maps[0]?.map,
        player: [profile.player.guid ?? plainName(profile.player.name)],
        bots: request.bots === true,
      };
      const picture = await playerPicture(sql, profile, filters);
      // A page does without a picture where there is nothing to draw.
      if (picture === undefined && isPicture) throw nothingDrawn(profile);
      return { report: profile, traits, picture };
    });
    await this.present(playerView(report, picture, traits), flags);
    return { ...report, traits: traits ?? null };
  }
}

/** Filters of what a player did; traits are of whole rounds. */
const OF_DEEDS = ["team", "side", "class", "weapon", "means", "phase", "engagement"] as const;

/** The traits of the player, from the rounds that the filters choose; undefined where these also choose what was done in them. */
async function readTraits(
  sql: Sql,
  { player }: PlayerReport,
  request: FilterRequest,
): Promise<PlayerTraits | undefined> {
  if (OF_DEEDS.some((name) => (request[name]?.length ?? 0) > 0)) return undefined;
  const { filters } = await resolveFilters(sql, { ...request, bots: request.bots === true || player.isBot });
  return readPlayerTraits(sql, player.playerId, filters);
}

function nothingDrawn({ player }: PlayerReport): ProxError {
  return new ProxError(
    "E_NOTHING_FOUND",
    `cannot draw ${plainName(player.name)}: they have no kills and no deaths in these rounds`,
    {
      suggestions: ["name another map with --map, or leave out --png and --svg"],
    },
  );
}
