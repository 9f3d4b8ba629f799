import { failure, must, type Rig, startRig } from './rig';

let rig: Rig;
let alpha: { id: string; slug: string; created_at: string; updated_at: string };
let beta: typeof alpha;

beforeAll(async () => {
  rig = await startRig();
  alpha = must(await rig.secret.from('businesses').insert({ name: 'Alpha Dental' }).select().single());
  beta = must(await rig.secret.from('businesses').insert({ name: 'Beta Roofing' }).select().single());
});
afterAll(() => rig.stop());

const leads = () => rig.secret.from('leads').select('name').order('name'); // PGlite sorts by bytes: lower case only
const names = (rows: { name: string }[]) => rows.map(({ name }) => name);

describe('values', () => {
  test('a timestamptz is ISO 8601 with an offset', () => {
    expect(alpha.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/);
  });

  test('generated columns and update triggers work', async () => {
    expect(alpha.slug).toBe('alpha-dental');
    const changed = must(await rig.secret.from('businesses').update({ name: 'Alpha Dental' }).eq('id', alpha.id).select().single());
    expect(changed.updated_at > alpha.updated_at).toBe(true);
  });

  test('numeric, bigint, arrays and jsonb come back as they went in', async () => {
    const values = { price: 10.5, big: 9007199254740991, tags: ['a', 'b"c', 'd,e'], payload: { a: [1, { b: 'x' }], n: null } };
    must(
      await rig.secret
        .from('runs')
        .insert({ email: 'values@example.com', ...values })
        .select(),
    );
    expect(must(await rig.secret.from('runs').select('price, big, tags, payload').eq('email', 'values@example.com').single())).toEqual(
      values,
    );
  });

  test('ranges, dates and times are stored and found', async () => {
    const booking = {
      business_id: alpha.id,
      during: '[2026-01-01T10:00:00Z,2026-01-01T11:00:00Z)',
      local_day: '2026-01-01',
      local_time: '10:00',
    };
    must(await rig.secret.from('bookings').insert(booking).select());
    const found = must(await rig.secret.from('bookings').select().overlaps('during', '[2026-01-01T10:30:00Z,2026-01-01T12:00:00Z)'));
    expect(found).toMatchObject([{ local_day: '2026-01-01', local_time: '10:00:00' }]);
  });
});

describe('errors are PostgREST’s', () => {
  const unknownId = '00000000-0000-4000-8000-000000000000';
  test.each<[string, () => PromiseLike<Parameters<typeof failure>[0]>, ReturnType<typeof failure>]>([
    ['a bad enum value', () => rig.secret.from('runs').insert({ email: 'e@x.co', status: 'nope' }), { status: 400, code: '22P02' }],
    ['a failed check', () => rig.secret.from('businesses').insert({ name: '  ' }), { status: 400, code: '23514' }],
    ['a missing reference', () => rig.secret.from('leads').insert({ business_id: unknownId, name: 'x' }), { status: 409, code: '23503' }],
    ['a missing value', () => rig.secret.from('leads').insert({ business_id: alpha.id }), { status: 400, code: '23502' }],
    ['a bad uuid', () => rig.secret.from('leads').select().eq('id', 'nope'), { status: 400, code: '22P02' }],
    ['an unknown table', () => rig.secret.from('nothing').select(), { status: 404, code: 'PGRST205' }],
    ['an unknown column read', () => rig.secret.from('leads').select('zzz'), { status: 400, code: '42703' }],
    [
      'an unknown column written',
      () => rig.secret.from('leads').insert({ zzz: 1, name: 'q', business_id: alpha.id }),
      { status: 400, code: 'PGRST204' },
    ],
    ['single() without a row', () => rig.secret.from('leads').select().eq('id', unknownId).single(), { status: 406, code: 'PGRST116' }],
    [
      'an upsert without its index',
      () => rig.secret.from('runs').upsert({ email: 'q@x.co' }, { onConflict: 'status' }),
      { status: 400, code: '42P10' },
    ],
  ])('%s', async (_title, call, answer) => {
    expect(failure(await call())).toEqual(answer);
  });

  test('a duplicate is 409 with 23505', async () => {
    must(await rig.secret.from('runs').insert({ email: 'first@example.com', invoice_id: 'INV-1' }).select());
    const second = await rig.secret.from('runs').insert({ email: 'second@example.com', invoice_id: 'INV-1' });
    expect(failure(second)).toEqual({ status: 409, code: '23505' });
  });

  test('maybeSingle() without a row is null', async () => {
    expect(await rig.secret.from('leads').select().eq('id', unknownId).maybeSingle()).toMatchObject({ data: null, error: null });
  });
});

describe('filters', () => {
  beforeAll(async () => {
    must(
      await rig.secret
        .from('leads')
        .insert([
          { business_id: alpha.id, name: 'ann', phone: '+15551234567' },
          { business_id: alpha.id, name: 'bob' },
          { business_id: beta.id, name: 'zed', phone: '15551234567' },
          { business_id: beta.id, name: 'true', phone: '1.50' },
        ])
        .select(),
    );
  });

  test('a phone number is compared as text', async () => {
    expect(names(must(await leads().eq('phone', '+15551234567')))).toEqual(['ann']);
    expect(names(must(await leads().in('phone', ['+15551234567', '1.50'])))).toEqual(['ann', 'true']);
    expect(names(must(await leads().or('phone.eq.+15551234567,name.eq.true')))).toEqual(['ann', 'true']);
    expect(names(must(await leads().neq('phone', '+15551234567')))).toEqual(['true', 'zed']);
    expect(names(must(await leads().like('phone', '+1555%')))).toEqual(['ann']);
  });

  test('an update by phone number changes that row only', async () => {
    must(await rig.secret.from('leads').update({ name: 'anna' }).eq('phone', '+15551234567').select());
    expect(names(must(await leads()))).toEqual(['anna', 'bob', 'true', 'zed']);
    must(await rig.secret.from('leads').update({ name: 'ann' }).eq('name', 'anna').select());
  });

  test('ranges, null, not, or, in, order and range combine', async () => {
    expect(names(must(await leads().gte('created_at', '2020-01-01').is('phone', null)))).toEqual(['bob']);
    expect(names(must(await leads().not('phone', 'is', null)))).toEqual(['ann', 'true', 'zed']);
    expect(names(must(await leads().or('name.ilike.an%,and(phone.eq.1.50,name.in.(true,bob))')))).toEqual(['ann', 'true']);
    expect(names(must(await leads().in('name', ['ann', 'zed']).range(0, 0)))).toEqual(['ann']);
  });

  test('arrays and jsonb are searched', async () => {
    must(
      await rig.secret
        .from('runs')
        .insert({ email: 'search@example.com', tags: ['+1555', '2'], payload: { a: [1, { b: 'x' }] } })
        .select(),
    );
    const runs = () => rig.secret.from('runs').select('email').eq('email', 'search@example.com');
    expect(must(await runs().contains('tags', ['+1555']))).toHaveLength(1);
    expect(must(await runs().contains('tags', ['1555']))).toHaveLength(0);
    expect(must(await runs().overlaps('tags', ['zz', '2']))).toHaveLength(1);
    expect(must(await runs().eq('payload->a->1->>b', 'x'))).toHaveLength(1);
    expect(must(await runs().contains('payload', { a: [1] }))).toHaveLength(1);
  });

  test('counts come with and without rows', async () => {
    expect(await rig.secret.from('leads').select('*', { count: 'exact', head: true })).toMatchObject({ count: 4, status: 200 });
    const part = await rig.secret.from('leads').select('*', { count: 'exact' }).range(0, 1);
    expect([part.count, part.data?.length, part.status]).toEqual([4, 2, 206]);
  });
});

describe('embedding', () => {
  test('rows come with their relations, by the named foreign key', async () => {
    const withLeads = await rig.secret
      .from('businesses')
      .select('name, leads!leads_business_id_fkey(name), n:leads!leads_business_id_fkey(count)')
      .eq('id', alpha.id)
      .single();
    expect(must(withLeads)).toMatchObject({ name: 'Alpha Dental', n: [{ count: 2 }] });
    const toOne = await rig.secret.from('leads').select('business:businesses!leads_business_id_fkey(name)').eq('name', 'ann').single();
    expect(must(toOne)).toEqual({ business: { name: 'Alpha Dental' } });
  });
});

describe('writing', () => {
  test('an upsert merges what it names and leaves the rest', async () => {
    must(
      await rig.secret
        .from('runs')
        .insert({ email: 'merge@example.com', tags: ['kept'] })
        .select(),
    );
    must(await rig.secret.from('runs').upsert({ email: 'merge@example.com', price: 99 }, { onConflict: 'email' }).select());
    expect(must(await rig.secret.from('runs').select('price, tags').eq('email', 'merge@example.com').single())).toEqual({
      price: 99,
      tags: ['kept'],
    });
  });

  test('an upsert that ignores duplicates answers no row', async () => {
    const again = rig.secret.from('runs').upsert({ email: 'merge@example.com', price: 1 }, { onConflict: 'email', ignoreDuplicates: true });
    expect(must(await again.select())).toEqual([]);
  });

  test('an upsert on two columns changes the one row', async () => {
    const { id } = must(await rig.secret.from('runs').select('id').eq('email', 'merge@example.com').single());
    const step = { run_id: id, step: 'buy' };
    must(await rig.secret.from('steps').upsert(step, { onConflict: 'run_id,step' }).select());
    must(
      await rig.secret
        .from('steps')
        .upsert({ ...step, context: { k: 1 } }, { onConflict: 'run_id,step' })
        .select(),
    );
    expect(must(await rig.secret.from('steps').select('context').eq('run_id', id))).toEqual([{ context: { k: 1 } }]);
  });

  test('a conditional update answers the row only the first time', async () => {
    const claims = ['first', 'second'].map(() =>
      rig.secret.from('runs').update({ status: 'paid' }).eq('email', 'merge@example.com').eq('status', 'pending').select('email'),
    );
    expect((await Promise.all(claims)).map((claim) => must(claim).length)).toEqual([1, 0]);
  });

  test('rows with different columns are inserted together, and deleted ones come back', async () => {
    const rows = [
      { business_id: beta.id, name: 'c1' },
      { business_id: beta.id, name: 'c2', phone: '9' },
    ];
    expect(must(await rig.secret.from('leads').insert(rows, { defaultToNull: false }).select('phone'))).toEqual([
      { phone: null },
      { phone: '9' },
    ]);
    expect(must(await rig.secret.from('leads').delete().in('name', ['c1', 'c2']).select('name'))).toHaveLength(2);
  });

  test('requests at the same time do not mix', async () => {
    const emails = Array.from({ length: 40 }, (_, index) => `parallel-${index}@example.com`);
    const rows = await Promise.all(emails.map((email) => rig.secret.from('runs').insert({ email }).select('email').single()));
    expect(rows.map((row) => must(row).email)).toEqual(emails);
  });
});
