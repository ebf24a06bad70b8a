/** The JSON schema of `prox.config.json`, by which editors complete and check it. */
import { GENERAL_SETTINGS, SERVER_NAME, SERVER_SETTINGS, SITE_SETTINGS, type Setting } from "./definition.ts";

type Schema = Record<string, unknown>;

function settingSchema(setting: Setting): Schema {
  const { description, example } = setting;
  const common = {
    description,
    examples: [example],
    ...(setting.default === undefined ? {} : { default: setting.default }),
  };
  if (setting.type === "integer") {
    return { ...common, type: "integer", minimum: setting.minimum, maximum: setting.maximum };
  }
  if (setting.type === "boolean") return { ...common, type: "boolean" };
  if (setting.type === "path") return { ...common, type: "string", minLength: 1 };
  return {
    ...common,
    type: "string",
    ...(setting.pattern === undefined ? {} : { pattern: `^(?:${setting.pattern})$` }),
    ...(setting.choices === undefined ? {} : { enum: setting.choices }),
  };
}

function groupSchema(settings: Record<string, Setting>): Schema {
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, settingSchema(setting)]),
  );
}

/** The schema, made from the definition of the settings. */
export function configSchema(): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "prox.config.json",
    description: "game servers, folders and database of prox; secrets never stand here",
    type: "object",
    additionalProperties: false,
    properties: {
      $schema: { type: "string" },
      ...groupSchema(GENERAL_SETTINGS),
      servers: {
        type: "object",
        description: "the game servers, each by the name that commands use",
        propertyNames: { pattern: SERVER_NAME.source },
        additionalProperties: {
          type: "object",
          additionalProperties: false,
          properties: groupSchema(SERVER_SETTINGS),
        },
      },
      site: {
        type: "object",
        description: "how the site of `prox site build` looks",
        additionalProperties: false,
        properties: {
          ...groupSchema(SITE_SETTINGS),
          links: {
            type: "object",
            description: "links on every page: addresses by their words",
            additionalProperties: { type: "string", pattern: "^https?://" },
          },
        },
      },
      groups: {
        type: "object",
        description: "names for several servers, which commands take in the place of a server's name",
        propertyNames: { pattern: SERVER_NAME.source },
        additionalProperties: { type: "array", minItems: 1, items: { type: "string" } },
      },
    },
  };
}
