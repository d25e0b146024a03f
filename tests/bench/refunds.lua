-- Refunds of one unit with a key of their own each, spread over the workspaces whose keys and charges are given. Only
-- absolute figures are taken from it, since Lua builds each request.
local offices = {}
for line in io.lines(os.getenv("BENCH_OFFICES")) do
  local words = {}
  for word in line:gmatch("%S+") do words[#words + 1] = word end
  offices[#offices + 1] = words
end
local tag, count = os.getenv("BENCH_TAG"), 0

function request()
  count = count + 1
  local office = offices[count % #offices + 1]
  local charge = office[2 + math.floor(count / #offices) % (#office - 1)]
  return wrk.format("POST", "/v1/refunds", {
    ["Authorization"] = "Bearer " .. office[1],
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["Idempotency-Key"] = tag .. count,
  }, "charge=" .. charge .. "&amount=1")
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"us":%d,"p50_us":%d,"p99_us":%d,"max_us":%d,"bytes":%d,"status_errors":%d,"socket_errors":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max, summary.bytes,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
