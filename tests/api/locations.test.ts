import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const ADDRESS = { name: 'Store', line1: 'Rue 1', city: 'Lyon', postalCode: '69001', country: 'FR' };
const store = { id: 'lyon', name: 'Lyon store', address: ADDRESS };
const create = (body: object) => api.ops.post('/v1/locations', { body });
const change = (id: string, body: object) => api.ops.post(`/v1/locations/${id}`, { body });

describe('locations', () => {
  it('take all that orders are routed by, and show it', async () => {
    const fields = {
      ...{ kind: 'store', priority: 7, dailyCapacity: 20, cutOff: '14:30', timeZone: 'Europe/Paris', active: false },
      ...{ coordinates: { latitude: 45.76, longitude: 4.84 }, channels: ['web', 'pos'] },
    };
    const made = await create({ ...store, ...fields });
    expect([made.status, made.headers.get('location')]).toEqual([201, '/v1/locations/lyon']);
    expect(made.body).toMatchObject({ ...store, ...fields, version: 1 });
    expect((await api.ops.get('/v1/locations/lyon')).body).toEqual(made.body);
    const again = await create(store);
    expect([again.status, again.body.code]).toEqual([409, 'already_exists']);
  });

  it('fill in what is not said', async () => {
    expect((await create({ ...store, id: 'plain' })).body).toMatchObject({
      ...{ kind: 'warehouse', priority: 100, coordinates: null, dailyCapacity: null, cutOff: null },
      ...{ timeZone: 'UTC', channels: null, active: true, version: 1 },
    });
  });

  it('change the fields that are sent and no other, at the version that was meant', async () => {
    await create({ ...store, id: 'changing', cutOff: '09:00', dailyCapacity: 3 });
    const changed = await change('changing', { cutOff: null, active: false, expectedVersion: 1 });
    expect(changed.body).toMatchObject({
      name: 'Lyon store',
      cutOff: null,
      dailyCapacity: 3,
      active: false,
      version: 2,
    });
    const stale = await change('changing', { active: true, expectedVersion: 1 });
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
    expect((await change('nowhere', { active: true })).status).toBe(404);
    expect((await api.ops.get('/v1/locations/nowhere')).status).toBe(404);
  });

  it('are changed by one of many that meant the same version', async () => {
    await create({ ...store, id: 'raced' });
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, index) => change('raced', { priority: index, expectedVersion: 1 })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 412)]);
  });

  it.each([
    [{ timeZone: 'Mars/Olympus' }, '/timeZone'],
    [{ cutOff: '24:00' }, '/cutOff'],
    [{ cutOff: '9:00' }, '/cutOff'],
    [{ coordinates: { latitude: 91, longitude: 0 } }, '/coordinates/latitude'],
    [{ coordinates: { latitude: 1 } }, '/coordinates/longitude'],
    [{ channels: [] }, '/channels'],
    [{ channels: ['No Channel'] }, '/channels/0'],
    [{ dailyCapacity: -1 }, '/dailyCapacity'],
    [{ kind: 'moon' }, '/kind'],
    [{ id: 'No Id' }, '/id'],
    [{ address: { ...ADDRESS, country: 'XX' } }, '/address/country'],
  ])('refuse %j', async (fields, pointer) => {
    const reply = await create({ ...store, id: 'refused', ...fields });
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, pointer]);
    expect((await api.ops.get('/v1/locations/refused')).status).toBe(404);
  });

  it('are listed in pages, by some of a name, by kind, and active ones apart', async () => {
    for (const id of ['pop-a', 'pop-b', 'pop-c'])
      await create({ ...store, id, name: `Pop-up ${id}`, kind: 'drop_ship', active: id !== 'pop-c' });
    const idsOf = async (query: string) => (await api.ops.get(`/v1/locations?${query}`)).body.data.map(({ id }) => id);
    expect(await idsOf('kind=drop_ship')).toEqual(['pop-a', 'pop-b', 'pop-c']);
    expect(await idsOf('kind=drop_ship&active=false')).toEqual(['pop-c']);
    expect(await idsOf('q=POP-UP%20pop-b')).toEqual(['pop-b']);
    const first = (await api.ops.get('/v1/locations?kind=drop_ship&limit=2')).body;
    expect(await idsOf(`kind=drop_ship&limit=2&cursor=${first.nextCursor}`)).toEqual(['pop-c']);
  });
});
