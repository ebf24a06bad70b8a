/** Errors of the configuration and of everything that prox does on a game server. */
import type { ErrorEntry } from "./exit-codes.ts";

/** Settings, secrets and `~/.ssh/config`. */
export const CONFIG_ERRORS = {
  E_CONFIG: {
    exit: "usage",
    meaning: "a server or a setting that the command needs is missing, unknown or has a wrong value",
    advice:
      "set it in prox.config.json, in its PROX_ variable or with its flag; `prox init` writes a first file",
  },
  E_CONFIG_FILE: {
    exit: "input",
    meaning: "prox.config.json cannot be read, or something in it is wrong",
    advice: "correct the lines that the message names; the schema beside the file explains every setting",
  },
  E_SECRET: {
    exit: "input",
    meaning: "the file that holds a password cannot be read, or its first line is empty",
    advice: "correct the file's name or rights, and write the password into its first line",
  },
  E_SSH_CONFIG: {
    exit: "input",
    meaning: "~/.ssh/config asks for something that prox cannot do for this host",
    advice: "use ProxyJump without circles instead of ProxyCommand, or set host and port in prox.config.json",
  },
  E_SSH_KEY: {
    exit: "input",
    meaning: "the private key that prox.config.json names does not exist",
    advice: 'correct "key" of the server, or leave it out to use the agent and the usual keys',
  },
} satisfies Record<string, ErrorEntry>;

/** The way to the server: SSH, SFTP and rcon. */
export const REMOTE_ERRORS = {
  E_SSH_CONNECT: {
    exit: "remote",
    meaning: "no connection to the SSH server, or to one behind a jump host",
    advice: "check host, port and firewall; `ssh -v` to the same host tells more",
  },
  E_SSH_TIMEOUT: {
    exit: "remote",
    meaning: "the SSH server did not answer in time",
    advice: "check host, port and firewall; raise timeoutS of the server where the line is slow",
  },
  E_SSH_AUTH: {
    exit: "remote",
    meaning: "the SSH server accepted none of the ways to sign in",
    advice:
      "add your key to the agent (ssh-add), or set key or user of the server; the message lists what was tried",
  },
  E_HOST_KEY_UNKNOWN: {
    exit: "remote",
    meaning: "the server's host key is not known yet",
    advice: "compare the fingerprint, then accept it once with `ssh`, or set hostKey of the server",
  },
  E_HOST_KEY_CHANGED: {
    exit: "remote",
    meaning: "the server's host key differs from the known one",
    advice: "do not connect until the server's owner has told you why it changed",
  },
  E_HOST_KEY_REVOKED: {
    exit: "remote",
    meaning: "the server shows a host key that a known_hosts file marks as revoked",
    advice: "do not connect; ask the server's owner for the new key",
  },
  E_SFTP: {
    exit: "remote",
    meaning: "the SSH server lets prox in but offers no SFTP",
    advice: "enable its SFTP subsystem: `Subsystem sftp internal-sftp` in sshd_config",
  },
  E_FTP_CONNECT: {
    exit: "remote",
    meaning: "no connection to the FTP server, or it offers no TLS",
    advice: "check host, port, protocol and firewall",
  },
  E_FTP_AUTH: {
    exit: "remote",
    meaning: "the FTP server accepts neither user nor password",
    advice: "set user of the server, and PROX_<SERVER>_PASSWORD or PROX_<SERVER>_PASSWORD_FILE",
  },
  E_FTP_CERTIFICATE: {
    exit: "remote",
    meaning: "the certificate of the FTP server cannot be trusted, or is not the one of the configuration",
    advice: "ask the host for the fingerprint of its certificate, and set it as hostKey of the server",
  },
  E_FTP_UNSAFE: {
    exit: "usage",
    meaning: "FTP cannot do this as safely as prox promises it",
    advice: "use SFTP where the host offers it; over FTP, prox fetches rounds only",
  },
  E_REMOTE_MISSING: {
    exit: "remote",
    meaning: "a file or folder is missing on the server",
    advice: "check basepath, homepath and game of the server in prox.config.json",
  },
  E_REMOTE_DENIED: {
    exit: "remote",
    meaning: "the server denies access to a file or folder",
    advice: "sign in as the user that the game runs as, or give this user the right",
  },
  E_REMOTE_FAILED: {
    exit: "remote",
    meaning: "the server could not do it, and SFTP does not say why",
    advice: "look at the server's disk (df -h) and quota: most often it is full",
  },
  E_REMOTE_SIZE: {
    exit: "remote",
    meaning: "a file on the server is larger than any that prox reads whole",
    advice: "look at the file on the server: no cfg file, log or module is that large",
  },
  E_REMOTE_OWNER: {
    exit: "remote",
    meaning: "a file on the server would get another owner",
    advice: "sign in as the user that the file belongs to",
  },
  E_REMOTE_LOST: {
    exit: "remote",
    meaning: "the connection broke",
    advice: "run the same command again: it goes on where this one stopped",
  },
  E_REMOTE_TIMEOUT: {
    exit: "remote",
    meaning: "the server stopped answering",
    advice: "run the same command again; raise timeoutS of the server where it is just slow",
  },
  E_RCON_PASSWORD: {
    exit: "remote",
    meaning:
      "the game server refuses the rcon password, or the password has characters that no game server accepts",
    advice: "use the value of rconPassword in its cfg, without spaces, quotes, semicolons and per cent signs",
  },
  E_RCON_NO_PASSWORD: {
    exit: "usage",
    meaning: "the server has rcon configured, and no password for it is set",
    advice: "set PROX_<SERVER>_RCON_PASSWORD, or PROX_<SERVER>_RCON_PASSWORD_FILE to a file that holds it",
  },
  E_RCON_SILENT: {
    exit: "remote",
    meaning: "the game does not answer on rcon; it may or may not have run the command",
    advice: "check rcon of the server, that the game runs, and the firewall (UDP)",
  },
  E_RCON_COMMAND: {
    exit: "remote",
    meaning: "a command is longer than rcon can carry",
    advice: "remove modules that are not needed from the server's lists, or shorten its rconPassword",
  },
} satisfies Record<string, ErrorEntry>;

/** `deploy`, `undeploy`, `rollback`, `lock`, `status` and `pull`. */
export const SERVER_ERRORS = {
  E_CONFIRM: {
    exit: "usage",
    meaning: "the command changes or deletes something, and nobody agreed to it",
    advice: "see what it would do with --dry-run where there is one, then confirm as the message says",
  },
  E_LOCKED: {
    exit: "locked",
    meaning: "another prox is working on the same server, or someone locked it with `prox lock`",
    advice: "wait until it is done; `prox unlock` removes a lock that nobody needs any more",
  },
  E_MODULE_FILE: {
    exit: "input",
    meaning: "the module that --file names cannot be read",
    advice: "name a module that `prox build` wrote",
  },
  E_DEPLOY_FOLDER: {
    exit: "remote",
    meaning: "the game's folder is missing on the server",
    advice: "check basepath, homepath and game of the server; the game makes the folder at its first start",
  },
  E_DEPLOY_CFG: {
    exit: "remote",
    meaning: "the server's cfg is in none of the folders that the game reads",
    advice: "set cfg of the server to the file that the game is started with",
  },
  E_DEPLOY_REFUSED: {
    exit: "verification",
    meaning: "the game would not load the tracker, for the reasons in the message",
    advice: "correct the named lines on the server, then run the command again; nothing was changed",
  },
  E_DEPLOY_CHANGED: {
    exit: "verification",
    meaning: "a file changed on the server while prox was working",
    advice: "run the command again: it reads the server again",
  },
  E_DEPLOY_VERIFY: {
    exit: "verification",
    meaning: "a file that prox wrote reads back with other content",
    advice: "look at the server's disk: it may be full or failing",
  },
  E_NO_REVISION: {
    exit: "usage",
    meaning: "the server has no such revision to go back to",
    advice: "see the server's revisions with `prox status`",
  },
  E_REVISION_FILE: {
    exit: "verification",
    meaning: "the server's copy of an earlier module is missing or damaged",
    advice: "deploy that version again from its own sources with `prox deploy --file`",
  },
  E_RELOAD: {
    exit: "verification",
    meaning: "the running game did not load the module as planned",
    advice: "look for lines with `Lua` in the server's console (etconsole.log): they say why",
  },
  E_SERVERS: {
    exit: "partial",
    meaning: "the command failed on some servers, and did its work on others",
    advice: "correct what the message names, then run its command line for the servers that are left",
  },
  E_PULL_FOLDER: {
    exit: "remote",
    meaning: "the server has no folder with rounds",
    advice: "the tracker makes it with the first round; `prox status` tells whether it is loaded",
  },
  E_PULL_DAMAGED: {
    exit: "verification",
    meaning: "round files on the server do not match their own checksums",
    advice: "look at the files in damaged/; prox fetches them again when they change on the server",
  },
  E_PULL_PARTIAL: {
    exit: "partial",
    meaning: "some files of a server could not be fetched, archived or deleted",
    advice: "see the warnings; the next pull tries again",
  },
  E_PULL_SERVERS: {
    exit: "partial",
    meaning: "some servers could not be pulled, others could",
    advice: "see the message, and `prox help` with the codes in error.details.failures (--json)",
  },
  E_DATA_FOLDER: {
    exit: "input",
    meaning: "the folder for rounds on this machine cannot be written to",
    advice: "make room or give yourself the right to write there, then pull again",
  },
} satisfies Record<string, ErrorEntry>;
