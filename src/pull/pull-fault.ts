/** One file that could not be fetched or put away while the others were. */
export interface PullFault {
  readonly name: string;
  readonly message: string;
}
