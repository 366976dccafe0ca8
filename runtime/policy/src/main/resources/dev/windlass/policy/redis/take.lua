-- Takes of all quotas or of none.
-- KEYS: one a quota. ARGV: a lease, how long it lasts in ms, and for each quota: how much it allows, how much is wanted, and how long its
-- windows are in ms, 0 for one that counts what runs.
-- Returns the number of the quota that refuses, or 0; how long to wait in ms; and of each quota what is used, the beginning of its window, and
-- how long until it is there anew in ms.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local refused, longest = 0, 0
local quotas = {}

for i, key in ipairs(KEYS) do
  local most, amount, window = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
  local start, used, wait = now, 0, 1000
  if window == 0 then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    used = redis.call('ZCARD', key)
  else
    local state = redis.call('HMGET', key, 'start', 'used')
    -- A clock that went back must not make a window longer.
    start = math.min(now, tonumber(state[1]) or now)
    used = tonumber(state[2]) or 0
    local passed = math.floor((now - start) / window)
    if passed > 0 then
      start = start + passed * window
      -- What went over one window is missing in the next.
      used = math.max(0, used - passed * most)
    end
    wait = start + window - now
    if used + amount > most then
      -- A debt may last for more than a window.
      wait = wait + window * math.max(0, math.ceil((used + amount) / most) - 2)
    end
  end
  if used + amount > most and wait > longest then
    refused, longest = i, wait
  end
  quotas[i] = {start = start, used = used, amount = amount, window = window}
end

local answer = {refused, longest}
for i, key in ipairs(KEYS) do
  local quota = quotas[i]
  local used = quota.used
  if refused == 0 then
    used = used + quota.amount
    if quota.window == 0 then
      redis.call('ZADD', key, now + ARGV[2], ARGV[1])
      redis.call('PEXPIRE', key, 2 * ARGV[2])
    else
      redis.call('HSET', key, 'start', quota.start, 'used', used)
      redis.call('PEXPIRE', key, 2 * quota.window)
    end
  end
  answer[3 * i] = used
  answer[3 * i + 1] = quota.start
  answer[3 * i + 2] = (quota.window > 0 and used > 0) and quota.start + quota.window - now or 0
end
return answer
