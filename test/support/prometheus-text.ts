/** Reads the text format of Prometheus (version 0.0.4) as its own parser does, and refuses what that refuses. */

export interface Metric {
  readonly help: string;
  readonly type: string;
  /** Values by the labels as they stand there, `""` without. */
  readonly samples: ReadonlyMap<string, number>;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const SAMPLE = new RegExp(
  `^(${NAME})(\\{${LABEL}(?:,${LABEL})*\\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|NaN|[+-]Inf)$`,
);
const HELP = new RegExp(`^# HELP (${NAME}) (.+)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);

/** The metrics by name. Throws where a line is malformed, doubled or out of order. */
export function parsePrometheus(text: string): Map<string, Metric> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const metrics = new Map<string, { help: string; type: string; samples: Map<string, number> }>();
  let help: RegExpExecArray | null = null;
  let current = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const type = TYPE.exec(line);
    const sample = SAMPLE.exec(line);
    if (HELP.test(line)) help = HELP.exec(line);
    else if (type !== null) {
      current = type[1] ?? "";
      if (help?.[1] !== current || metrics.has(current)) throw new Error(`out of order: ${line}`);
      metrics.set(current, { help: help[2] ?? "", type: type[2] ?? "", samples: new Map() });
    } else if (sample !== null) {
      const [, name, labels = "", value] = sample;
      const samples = metrics.get(current)?.samples;
      if (name !== current || samples === undefined || samples.has(labels))
        throw new Error(`doubled or out of order: ${line}`);
      samples.set(labels, Number(value));
    } else throw new Error(`malformed: ${JSON.stringify(line)}`);
  }
  return metrics;
}
