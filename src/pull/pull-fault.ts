/** One file that could not be fetched, archived or deleted while the others were. */
export interface PullFault {
  readonly name: string;
  readonly message: string;
}
