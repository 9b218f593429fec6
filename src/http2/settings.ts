import { ConnectionFault, ErrorCode, protocolFault } from './faults.ts';
import { maxInt31, readUint32, smallestMaxFrame } from './frame.ts';

/** Identifiers of SETTINGS (RFC 9113, 6.5.2). */
export const Setting = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

/** Windows before any SETTINGS. */
export const defaultWindow = 65_535;

/** What the client has told of itself. */
export class PeerSettings {
  headerTableSize = 4096;
  initialWindow = defaultWindow;
  maxFrame = smallestMaxFrame;

  /** @throws ConnectionFault where a value is not allowed. Unknown ones are ignored. */
  apply(payload: Uint8Array): void {
    for (let at = 0; at < payload.length; at += 6) {
      const id = (payload[at]! << 8) | payload[at + 1]!;
      this.#set(id, readUint32(payload, at + 2));
    }
  }

  #set(id: number, value: number): void {
    switch (id) {
      case Setting.headerTableSize:
        this.headerTableSize = value;
        break;
      case Setting.enablePush:
        if (value > 1) throw protocolFault('SETTINGS_ENABLE_PUSH is neither 0 nor 1');
        break;
      case Setting.initialWindowSize:
        if (value > maxInt31) {
          throw new ConnectionFault(ErrorCode.flowControlError, 'An initial window too large');
        }
        this.initialWindow = value;
        break;
      case Setting.maxFrameSize:
        if (value < smallestMaxFrame || value >= 2 ** 24) {
          throw protocolFault('SETTINGS_MAX_FRAME_SIZE out of range');
        }
        this.maxFrame = value;
    }
  }
}
