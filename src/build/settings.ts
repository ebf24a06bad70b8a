/** Settings of the tracker that are compiled in: checked against the one table of settings. */
import { ProxError } from "../errors.ts";
import { FIRE_SETTING, NUMBER_SETTINGS } from "../lua/settings.ts";

/** Values by the name of the setting, as text: what a cvar of that name would hold. */
export type CompiledSettings = Readonly<Record<string, string>>;

function refuse(message: string, suggestion: string): ProxError {
  return new ProxError("E_SETTING", message, { suggestions: [suggestion] });
}

function checkSetting(name: string, value: string): void {
  const setting = NUMBER_SETTINGS.find((candidate) => candidate.name === name);
  if (setting !== undefined) {
    const { minimum, maximum, unit } = setting;
    const number = Number(value);
    if (value.trim() === "" || Number.isNaN(number) || number < minimum || number > maximum) {
      throw refuse(`${name} cannot be ${value}`, `give a number from ${minimum} to ${maximum} (${unit})`);
    }
    return;
  }
  const names = [...NUMBER_SETTINGS.map((candidate) => candidate.name), FIRE_SETTING.name];
  if (name !== FIRE_SETTING.name) {
    throw refuse(`the tracker has no setting ${name}`, `settings are ${names.join(", ")}`);
  }
  if (!/^(?:all|weapons|none|\d+(?:[ ,]+\d+)*)$/.test(value)) {
    throw refuse(`${name} cannot be ${value}`, FIRE_SETTING.description);
  }
}

/** Takes `NAME=VALUE` texts apart and checks them; throws E_SETTING. A later one replaces an earlier one. */
export function parseSettings(texts: readonly string[]): CompiledSettings {
  const settings: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    if (at < 1) throw refuse(`${text} is not a setting`, "write NAME=VALUE, for example prox_sample_ms=500");
    const name = text.slice(0, at);
    const value = text.slice(at + 1);
    checkSetting(name, value);
    settings[name] = value;
  }
  return settings;
}
