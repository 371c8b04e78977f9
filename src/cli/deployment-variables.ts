/**
 * The environment variables of existing deployments → the options that they request. A table. They have no prefix, and other programs
 * use some of their names: a value that does not fit is ignored with a warning.
 */

import { DEFAULT_LEVELS } from '../options/defaults.js';
import type { Environment } from './environment.js';
import { type LogLevel, levelOf } from './log.js';
import { checkRequest, type OptionName, type OptionRequest } from './option-requests.js';
import { boolean, delay, number, plainText, port, seconds } from './text-values.js';
import { UsageError } from './usage-error.js';

interface Variable {
  readonly option: OptionName;
  readonly parse: (text: string) => unknown;
  /** The level of `backpressure` that it sets; levels count once backpressure is on. */
  readonly level?: 'low' | 'medium' | 'high';
  readonly means: string;
}

export const VARIABLES: Readonly<Record<string, Variable>> = {
  ECHO_HOST: { option: 'host', parse: plainText, means: 'the address to listen on' },
  ECHO_PORT: { option: 'port', parse: port, means: 'the port, or a list or range as for `--port`' },
  ECHO_PROCESSING_DELAY_MS: { option: 'delayMs', parse: delay, means: 'processing time of each fragment' },
  BACKPRESSURE_ENABLED: { option: 'backpressure', parse: boolean, means: '`true` or `false`' },
  BACKPRESSURE_THRESHOLD_LOW: level('low'),
  BACKPRESSURE_THRESHOLD_MEDIUM: level('medium'),
  BACKPRESSURE_THRESHOLD_HIGH: level('high'),
  WS_MAX_CONNECTIONS: { option: 'maxConnections', parse: number, means: 'maximum number of connections' },
  WS_MAX_BUFFER_SIZE: { option: 'maxMessageBytes', parse: number, means: 'largest message, bytes' },
  WS_PING_INTERVAL: { option: 'pingIntervalMs', parse: seconds, means: 'seconds' },
  WS_PING_TIMEOUT: { option: 'pingTimeoutMs', parse: seconds, means: 'seconds' },
  AUTO_DISCONNECT_DELAY: { option: 'autoCloseMs', parse: seconds, means: 'seconds after `stream:complete`' },
};

/** How much is logged. */
export const LOG_LEVEL_VARIABLE = 'LOG_LEVEL';

export interface DeploymentSettings {
  readonly requests: readonly OptionRequest[];
  readonly logLevel: LogLevel | undefined;
  /** One sentence for each value that is ignored. */
  readonly warnings: readonly string[];
}

/** An empty variable counts as not set. */
export function readDeploymentVariables(environment: Environment): DeploymentSettings {
  const warnings: string[] = [];
  const unlessWrong = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      warnings.push(`Ignored ${error.message}`);
      return undefined;
    }
  };
  const checked = (request: OptionRequest) => {
    checkRequest(request);
    return [request];
  };
  const requests = requestsOf(environment).flatMap((request) => unlessWrong(() => checked(request)) ?? []);
  const logLevel = unlessWrong(() => levelOf(environment[LOG_LEVEL_VARIABLE], LOG_LEVEL_VARIABLE));
  return { requests, logLevel, warnings };
}

function requestsOf(environment: Environment): OptionRequest[] {
  const values = Object.entries(VARIABLES).flatMap(([from, { option, parse, level }]) => {
    const text = environment[from]?.trim() ?? '';
    return text === '' ? [] : [{ from, option, level, value: parse(text) }];
  });
  const levels = values.filter(({ level }) => level !== undefined);
  const requests: OptionRequest[] = values.filter(({ level }) => level === undefined);
  if (levels.length === 0) return requests;
  const value = Object.fromEntries(levels.map(({ level, value }) => [level, value]));
  const from = levels.map((each) => each.from).join(' and ');
  return [...requests, { option: 'backpressure', part: 'levels', value, from }];
}

function level(name: keyof typeof DEFAULT_LEVELS): Variable {
  const means = `share of \`max_inflight\` in flight, ${DEFAULT_LEVELS[name]} by default, once backpressure is on`;
  return { option: 'backpressure', level: name, parse: number, means };
}
