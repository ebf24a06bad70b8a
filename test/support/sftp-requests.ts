/** Watches an SFTP session request by request, as they go over the wire. */
import type { SFTPWrapper } from "ssh2";

/** ssh2's own table of requests that wait for their answer: the one place that each of them goes through. */
interface WithRequests {
  _requests: Record<string, { cb?: (...answer: unknown[]) => void }>;
}

/** Calls `answered` with the number of answers so far (from 1), before whoever asked gets to know of the answer. */
export function onEachAnswer(sftp: SFTPWrapper, answered: (count: number) => void): void {
  const session = sftp as unknown as WithRequests;
  const seen = new WeakSet();
  let count = 0;
  session._requests = new Proxy(session._requests, {
    set: (requests, id, request: WithRequests["_requests"][string]) => {
      const { cb } = request;
      if (cb !== undefined && !seen.has(request)) {
        seen.add(request);
        request.cb = (...answer) => {
          count += 1;
          answered(count);
          cb(...answer);
        };
      }
      return Reflect.set(requests, id, request);
    },
  });
}
