-- Prolongs what runs. KEYS: where it is counted. ARGV: how long a lease lasts in ms, and the leases.
local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
for i = 2, #ARGV do
  redis.call('ZADD', KEYS[1], ends, ARGV[i])
end
redis.call('PEXPIRE', KEYS[1], 2 * ARGV[1])
return {}
