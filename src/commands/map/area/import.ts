import { Args, Flags } from "@oclif/core";
import { open } from "node:fs/promises";

import { storeAreas } from "../../../care/areas.ts";
import { BaseCommand } from "../../../cli/base-command.ts";
import { databaseFlag } from "../../../cli/database-flag.ts";
import { counted } from "../../../counts.ts";
import { withDatabase } from "../../../db/open.ts";
import { messageOf, ProxError } from "../../../errors.ts";
import { LARGEST_AREA_FILE_BYTES, parseAreaFile } from "../../../maps/area-file.ts";
import { loadMap, requireMapName } from "../../../maps/map-file.ts";
import { safeText } from "../../../names.ts";

/** The beginning of a file: so much that one that is too large shows. */
async function readBeginning(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file);
    try {
      const buffer = Buffer.alloc(LARGEST_AREA_FILE_BYTES + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
        length += bytesRead;
        if (bytesRead === 0 || length === buffer.length) return buffer.subarray(0, length);
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new ProxError("E_AREA_FILE", `cannot read ${safeText(file)}: ${messageOf(cause)}`, {
      suggestions: ["name a location file of the game, or a file of `prox map area export`"],
      cause,
    });
  }
}

export default class MapAreaImport extends BaseCommand {
  static override summary = "take the named areas of a map from a file";
  static override description =
    "the file is the game's own location file of the map (maps/NAME_loc.dat in its pk3, or NAME_loc_override.dat), whose spots give their " +
    "name to the places nearest to them, or JSON as `prox map area export` writes it; areas of the same name are replaced";
  static override examples = [
    "<%= config.bin %> <%= command.id %> supply supply_loc.dat",
    "<%= config.bin %> <%= command.id %> supply supply-areas.json --replace",
  ];
  static override args = {
    map: Args.string({ description: "name of the map, as the game writes it", required: true }),
    file: Args.string({ description: "the file", required: true }),
  };
  static override flags = {
    ...databaseFlag,
    replace: Flags.boolean({ summary: "remove all other areas of the map" }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(MapAreaImport);
    const map = requireMapName(args.map);
    const bounds = (await loadMap(map))?.bounds;
    const areas = parseAreaFile(await readBeginning(args.file), safeText(args.file), bounds);
    const stored = await withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      ({ sql }) => storeAreas(sql, map, areas, flags.replace),
    );
    const { added, removed, replaced } = stored;
    this.tell(
      [
        `${map}: added ${counted(added, "area")}`,
        ...(replaced === 0 ? [] : [`replaced ${replaced}`]),
        ...(removed === 0 ? [] : [`removed ${removed}`]),
      ].join(", "),
    );
    return { map, areas, ...stored };
  }
}
