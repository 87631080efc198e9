"""Makes what differs from run to run the same: ports, times, ids, digests."""
import re

PROGRESS = re.compile(r"^\[\d+/\d+\] |^the service asks to slow down")

RULES = [
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://SIMULATOR"),
    (re.compile(r"127\.0\.0\.1 port \d+|127\.0\.0\.1:\d+"), "SIMULATOR"),
    (re.compile(r"port \d{4,5}\b"), "port PORT"),
    (re.compile(r"after \d+ ms"), "after N ms"),
    (re.compile(r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| UTC)?"), "TIME"),
    (re.compile(r"\b\d+ requests? in \d+(\.\d+)? ?(ms|s|m|min|h)( \d+ ?(ms|s))?"), "N requests in TIME"),
    (re.compile(r"\b(in|after|took|for|since) \d+(\.\d+)? ?(ms|s)\b"), r"\1 TIME"),
    (re.compile(r"slowed down \d+ times?"), "slowed down N times"),
    (re.compile(r"(tracking id:? )[^\s),]+"), r"\1TRACKING"),
    (re.compile(r"((?:tracking_id|trackingId)\"?: ?\"?)[A-Za-z0-9_-]+"), r"\1TRACKING"),
    (re.compile(r"\b(process|pid) \d+"), r"\1 PID"),
    # A digest or a commit, whole or shortened, but no part of a UUID: something with both digits
    # and letters, of hexadecimal digits alone.
    (re.compile(r"(?<![\w-])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{64}(?![\w-])"), "DIGEST"),
    (re.compile(r"(?<![\w-])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{40}(?![\w-])"), "COMMIT"),
    (re.compile(r"(?<![\w-])(?=[0-9]*[a-f])(?=[a-f]*\d)[0-9a-f]{7,16}(?![\w-])"), "HEX"),
]


class Normal:
    def __init__(self, work):
        self.names = {str(work): "/TMP"}

    def learn(self, customers):
        """Ids from the simulator's books, so that they are shown by the customer's key."""
        for customer in customers:
            self.names[customer["id"]] = f"<id of {customer['externalId']}>"
            if customer.get("orgId"):
                self.names[customer["orgId"]] = f"<org of {customer['externalId']}>"

    def text(self, text):
        for name in sorted(self.names, key=len, reverse=True):
            text = text.replace(name, self.names[name])
        for pattern, replacement in RULES:
            text = pattern.sub(replacement, text)
        return text

    @staticmethod
    def progress(text):
        """Customers are worked on at the same time, so the lines that report them come in any
        order: each run of such lines is sorted. Everything else stays where it was."""
        result, run = [], set()
        for line in text.splitlines():
            if PROGRESS.match(line):
                line = re.sub(r"^\[\d+/", "[N/", line)
                run.add(re.sub(r"a pause of \d+ s", "a pause of TIME", line))
                continue
            result += sorted(run) + [line]
            run = set()
        return "".join(line + "\n" for line in result + sorted(run))
