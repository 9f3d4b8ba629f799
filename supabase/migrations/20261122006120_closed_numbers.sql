-- Numbers that nobody answers any more: in quarantine after an offboarding, or of a suspended business. What comes in is kept, what goes out is honest.

-- `ring`: try the owner first; `speak`: say that a text will follow; `closed`: the business is not served, and `reason` says whether the number has gone for good.
create or replace function public.receive_call(
  p_call_sid text, p_from text, p_to text, p_forwarded boolean, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  business public.businesses := private.business_with(p_to);
  caller constant text := case when p_from ~ '^\+[1-9][0-9]{6,14}$' then p_from end;
  is_quarantined constant boolean := exists (select from public.phone_numbers n where n.e164 = p_to and n.state = 'quarantined');
  owner record;
  may_ring boolean;
begin
  if business.id is null then return jsonb_build_object('outcome', 'unknown-number'); end if;
  if is_quarantined or business.status is distinct from 'active' then
    insert into public.calls (call_sid, business_id, phone, outcome, text_back, created_at, ended_at)
    values (p_call_sid, business.id, caller, 'missed', 'not active', p_now, p_now)
    on conflict (call_sid) do nothing;
    return jsonb_build_object('outcome', 'closed', 'reason', case when is_quarantined then 'quarantined' else 'suspended' end);
  end if;
  select * into owner from private.owner_of(business.id);
  -- The owner's phone may send calls on to this very number: a call that was passed on, that the owner makes, or that
  -- follows an open one of the same caller within two minutes rings nobody.
  may_ring := owner.ring_phone is not null and not p_forwarded and caller is distinct from owner.ring_phone
    and not private.is_our_own_phone(owner.ring_phone) and not (caller is not null and private.is_our_own_phone(caller))
    and not exists (select from public.calls c
                     where c.business_id = business.id and c.phone is not distinct from caller and c.outcome = 'open'
                       and c.call_sid <> p_call_sid and c.created_at > p_now - interval '2 minutes');
  insert into public.calls (call_sid, business_id, phone, created_at) values (p_call_sid, business.id, caller, p_now)
  on conflict (call_sid) do nothing;
  return jsonb_build_object('outcome', case when may_ring then 'ring' else 'speak' end, 'businessName', coalesce(business.business_name, ''),
    'ringPhone', owner.ring_phone, 'ringSeconds', owner.ring_seconds);
end $$;
