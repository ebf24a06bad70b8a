/** What the host tells its owner; the meaning of the two values depends on the kind. */
export type ReportKind =
  /** A VM begins: Lua version of the recording, unix time. */
  | "vm"
  /** Text on the server's console. */
  | "console"
  /** A module raised an error: callback, message. */
  | "error"
  /** A module left a global that is no callback: module, name. */
  | "global"
  /** At the end of a VM: callback, how often the engine called for it. */
  | "calls"
  /** At the end of a VM that had quit: a file that stays open, now that nobody can close it. */
  | "leak"
  /** The VM ended without et_Quit: the process died. */
  | "crash"
  /** The engine would have dropped the map: message. The rest of the recording is not played. */
  | "drop"
  /** A field that the engine has and the recording has not: field, how often it was read. */
  | "unrecorded"
  /** A function that has no answer in a recording: name, how often it was called. */
  | "unsupported";
