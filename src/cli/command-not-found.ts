/** Says that a command does not exist, and which one was probably meant. */
import type { Hook } from "@oclif/core";

import { ProxError } from "../errors.ts";
import { nearestName } from "../nearest-name.ts";

/** Named in package.json (`oclif.hooks`). Throws E_USAGE. */
const commandNotFound: Hook.CommandNotFound = ({ config, id }) => {
  const words = (commandId: string): string => commandId.replaceAll(":", " ");
  if (id.startsWith("-")) {
    throw new ProxError("E_USAGE", `there is no flag ${id} before a command`, {
      suggestions: [
        `\`${config.bin} --version\` tells the version, \`${config.bin} --help\` lists all commands`,
      ],
    });
  }
  const nearest = nearestName(words(id), config.commandIDs.map(words));
  throw new ProxError("E_USAGE", `there is no command ${words(id)}`, {
    suggestions: [
      ...(nearest === undefined ? [] : [`did you mean \`${config.bin} ${nearest}\`?`]),
      `\`${config.bin} help\` lists all commands`,
    ],
  });
};

export default commandNotFound;
