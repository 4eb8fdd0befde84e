import { removeTestFolder } from './testFolder';
import { FOLDER_VARIABLE } from './testServers';

module.exports = async function globalTeardown(): Promise<void> {
  const folder = process.env[FOLDER_VARIABLE];
  if (folder !== undefined) await removeTestFolder(folder);
};
