import { countResults } from '../support/countResults';

const ALL_WELL = { numPassedTests: 7, numFailedTests: 0, numRuntimeErrorTestSuites: 0, success: true };

describe('the count at the end of a test run', () => {
  test('is of tests, and good only when some passed and none failed', () => {
    expect(countResults(ALL_WELL, 0)).toMatchObject({ line: '7 passed, 0 failed', exitCode: 0 });
    expect(countResults({ ...ALL_WELL, numFailedTests: 2, success: false }, 1)).toMatchObject({
      line: '7 passed, 2 failed',
      exitCode: 1,
    });
    expect(countResults({ ...ALL_WELL, numPassedTests: 0 }, 0)).toMatchObject({
      line: '0 passed, 0 failed',
      exitCode: 1,
    });
  });

  test('takes a suite that could not run for a failure', () => {
    expect(countResults({ ...ALL_WELL, numRuntimeErrorTestSuites: 1, success: false }, 1).line).toBe(
      '7 passed, 1 failed',
    );
  });

  test('is never good when jest itself failed or left no results', () => {
    expect(countResults(ALL_WELL, 1)).toMatchObject({ failed: 1, exitCode: 1 });
    expect(countResults(ALL_WELL, null)).toMatchObject({ failed: 1, exitCode: 1 });
    expect(countResults(undefined, 1)).toMatchObject({ line: '0 passed, 1 failed', exitCode: 1 });
  });
});
