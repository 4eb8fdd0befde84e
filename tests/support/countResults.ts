/** The part of jest's JSON results that is counted. */
export interface JestResults {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
  success: boolean;
}

export interface Count {
  passed: number;
  failed: number;
  exitCode: 0 | 1;
  /** The run's last line. */
  line: string;
}

/**
 * A suite that could not run counts as one failure, as its tests were never counted; so does a run that jest calls
 * failed without naming a test, and one that left no results.
 */
export function countResults(results: JestResults | undefined, jestExitCode: number | null): Count {
  const passed = results?.numPassedTests ?? 0;
  const counted = (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0);
  const isFailed = results === undefined || !results.success || jestExitCode !== 0;
  const failed = counted === 0 && isFailed ? 1 : counted;
  return {
    passed,
    failed,
    exitCode: failed > 0 || passed === 0 ? 1 : 0,
    line: `${passed} passed, ${failed} failed`,
  };
}
