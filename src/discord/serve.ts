/** Answers slash commands until it is told to stop. */
import { setTimeout as sleep } from "node:timers/promises";

import type { AutocompleteInteraction, ChatInputCommandInteraction, Interaction } from "discord.js";

import type { Sql } from "../db/driver/connect.ts";
import { inTransaction } from "../db/driver/transaction.ts";
import { ProxError } from "../errors.ts";
import { answerBody } from "./answer-body.ts";
import { apologyOf, BUSY, isOfTheirs } from "./apology.ts";
import { describeFailure, explainDiscordError } from "./failures.ts";
import type { Library } from "./library.ts";
import { type NameBook, offerNames, readNameBook } from "./name-book.ts";
import { SLASH_COMMANDS } from "./slash-commands.ts";

/** A statement of an answer takes no longer, ms. */
const STATEMENT_LIMIT_MS = 10_000;
/** So many answers are under way at once; more than connections, as they wait for Discord too. */
const MOST_ANSWERS = 12;
/** Names are read again so often. */
const REFRESH_MS = 5 * 60_000;
/** Answers under way have so long when prox ends. */
const LAST_ANSWERS_MS = 5000;
/** A request that Discord would have wait longer than this fails. */
const LONGEST_WAIT_MS = 30_000;
/** Discord ends the connection with it where the token is none. */
const AUTHENTICATION_FAILED = 4004;

/** What {@link serveDiscord} works with. */
export interface ServeOptions {
  readonly sql: Sql;
  readonly token: string;
  /** Where Discord's API is; undefined for Discord itself. */
  readonly api: string | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** A statement of an answer takes no longer; {@link STATEMENT_LIMIT_MS} unless something else is said. */
  readonly statementLimitMs?: number;
  /** Gets a line for each thing that was done. */
  readonly tell: (line: string) => void;
  /** Gets a line for each thing that went wrong. */
  readonly warn: (line: string) => void;
}

/** Reads in a transaction that cannot write, and sees one state of the database. */
function reading<Result>(
  { sql, statementLimitMs = STATEMENT_LIMIT_MS }: Pick<ServeOptions, "sql" | "statementLimitMs">,
  read: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  return inTransaction(
    sql,
    async (transaction) => {
      await transaction`select set_config('statement_timeout', ${`${statementLimitMs}ms`}, true)`;
      // Reports of answers begin no transaction of their own, which is all that tells the two types apart.
      return read(transaction as unknown as Sql);
    },
    "isolation level repeatable read read only",
  );
}

/** Answers what is asked. */
class Answerer {
  readonly #options: ServeOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #flags: Library["MessageFlags"];
  /** So many commands were answered. */
  answered = 0;
  #names: NameBook;

  constructor(options: ServeOptions, flags: Library["MessageFlags"], names: NameBook) {
    this.#options = options;
    this.#flags = flags;
    this.#names = names;
  }

  /** Begins to answer. */
  take(interaction: Interaction): void {
    if (this.#options.signal.aborted) return;
    const work = this.#handle(interaction)
      .catch((error: unknown) => {
        this.#options.warn(`Discord did not take an answer: ${describeFailure(error)}`);
      })
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  /** Waits for answers under way. */
  async finish(): Promise<void> {
    await Promise.race([Promise.all(this.#underWay), sleep(LAST_ANSWERS_MS, undefined, { ref: false })]);
  }

  /** Reads the names again; where that fails, the old ones stay. */
  async refresh(): Promise<void> {
    try {
      this.#names = await reading(this.#options, readNameBook);
    } catch (error) {
      this.#options.warn(`the names to choose from could not be read again: ${describeFailure(error)}`);
    }
  }

  async #handle(interaction: Interaction): Promise<void> {
    if (interaction.isAutocomplete()) await this.#offer(interaction);
    else if (interaction.isChatInputCommand()) await this.#answer(interaction);
  }

  async #offer(interaction: AutocompleteInteraction): Promise<void> {
    const { name, value } = interaction.options.getFocused(true);
    const option = SLASH_COMMANDS.find((command) => command.name === interaction.commandName)?.options.find(
      (one) => one.name === name,
    );
    const map = interaction.options.getString("map") ?? undefined;
    await interaction.respond(
      option?.names === undefined
        ? []
        : offerNames(this.#names, option.names, value, map === "" ? undefined : map),
    );
  }

  async #answer(interaction: ChatInputCommandInteraction): Promise<void> {
    const { signal, tell, warn } = this.#options;
    const command = SLASH_COMMANDS.find(({ name }) => name === interaction.commandName);
    if (command === undefined || this.#underWay.size >= MOST_ANSWERS) {
      const content = command === undefined ? apologyOf(new ProxError("E_NOT_FOUND", "")) : BUSY;
      await interaction.reply({ content, flags: this.#flags.Ephemeral });
      return;
    }
    const startMs = performance.now();
    // Discord waits three seconds for this, and then a quarter of an hour.
    await interaction.deferReply();
    const values = Object.fromEntries(
      command.options.map(({ name }) => [name, interaction.options.getString(name) ?? undefined]),
    );
    try {
      const answer = await reading(this.#options, (transaction) => command.answer(transaction, values));
      await interaction.editReply(answerBody(answer, interaction.attachmentSizeLimit));
      this.answered += 1;
      tell(`answered /${command.name} in ${Math.round(performance.now() - startMs)} ms`);
    } catch (error) {
      if (isOfTheirs(error)) tell(`/${command.name} had no answer: ${describeFailure(error)}`);
      else if (!signal.aborted) warn(`/${command.name} failed: ${describeFailure(error)}`);
      // The first message after "prox is thinking" is as public as that: it goes first.
      await interaction.deleteReply();
      await interaction.followUp({ content: apologyOf(error), flags: this.#flags.Ephemeral });
    }
  }
}

/**
 * Signs in and answers until the signal: how many commands. A connection that is lost is taken up again by discord.js. Throws `E_DISCORD_TOKEN`,
 * `E_DISCORD_UNREACHED` where Discord cannot be reached at first, and `E_DISCORD_REFUSED` where it ends the connection for good.
 */
export async function serveDiscord(
  { Client, Events, MessageFlags }: Pick<Library, "Client" | "Events" | "MessageFlags">,
  options: ServeOptions,
): Promise<number> {
  const { api, signal, tell, token, warn } = options;
  const answerer = new Answerer(options, MessageFlags, await reading(options, readNameBook));
  const client = new Client({
    // Commands come without any, and prox sees no messages.
    intents: [],
    allowedMentions: { parse: [] },
    rest: {
      ...(api === undefined ? {} : { api }),
      rejectOnRateLimit: ({ retryAfter }) => retryAfter > LONGEST_WAIT_MS,
    },
  });
  const ended = new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      resolve();
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    client.on(Events.ShardDisconnect, ({ code }) => {
      reject(
        code === AUTHENTICATION_FAILED
          ? explainDiscordError({ status: 401 })
          : new ProxError("E_DISCORD_REFUSED", `Discord has ended the connection for good (${code})`),
      );
    });
  });
  client
    .on(Events.InteractionCreate, (interaction) => {
      answerer.take(interaction);
    })
    .on(Events.ClientReady, ({ user }) => {
      tell(`online as ${user.tag}`);
    })
    .on(Events.ShardReconnecting, () => {
      warn("the connection to Discord was lost; it is taken up again");
    })
    .on(Events.ShardResume, () => {
      tell("the connection to Discord goes on");
    })
    .on(Events.Error, (error) => {
      warn(`Discord: ${describeFailure(error)}`);
    })
    .on(Events.ShardError, (error) => {
      warn(`Discord: ${describeFailure(error)}`);
    });
  // What the library does not understand of an event, it throws where nobody can catch it.
  const unread = (error: unknown): void => {
    warn(`an event of Discord could not be read: ${describeFailure(error)}`);
  };
  process.on("unhandledRejection", unread);
  const timer = setInterval(() => void answerer.refresh(), REFRESH_MS);
  try {
    await Promise.race([client.login(token), ended]);
    await ended;
    await answerer.finish();
    return answerer.answered;
  } catch (error) {
    throw explainDiscordError(error);
  } finally {
    clearInterval(timer);
    await client.destroy();
    process.off("unhandledRejection", unread);
  }
}
