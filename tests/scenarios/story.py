"""One scenario: reads scenario.txt, acts it out, and writes down what happened."""
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import time
import urllib.request

from normal import Normal

HERE = pathlib.Path(__file__).resolve().parent
COMMAND_SECONDS = 60
SECRETS = ("scenario-token", "scenario-secret", "scenario-refresh")
# A connection to this machine, whatever proxies the caller's environment names.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Wrong(Exception):
    """The scenario itself is wrong, or could not be acted out."""


class Story:
    def __init__(self, folder, work, program, simulator):
        self.folder, self.work, self.program, self.server = folder, work, program, simulator
        self.repo = work / "repo"
        self.normal = Normal(work)
        self.offences = []
        self.lines = []
        self.process = None
        self.url = None
        self.env = {
            "PATH": f"{program.parent}:/usr/local/bin:/usr/bin:/bin", "HOME": str(work),
            "XDG_CONFIG_HOME": str(work / ".config"), "TMPDIR": str(work),
            "LANG": "C.UTF-8", "TZ": "UTC", "NO_PROXY": "127.0.0.1",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.com",
            "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.com",
            "GIT_AUTHOR_DATE": "2024-05-01T12:00:00Z", "GIT_COMMITTER_DATE": "2024-05-01T12:00:00Z",
            "WEBEX_ACCESS_TOKEN": SECRETS[0],
            "RECONCILE_POLL_INTERVAL": "20ms", "RECONCILE_WAIT": "20s", "RECONCILE_COLOR": "never",
        }
        for name, value in os.environ.items():
            if name.endswith("SAN_OPTIONS") or name == "ASAN_SYMBOLIZER_PATH":
                self.env[name] = value

    def tell(self):
        text = (self.folder / "scenario.txt").read_text(encoding="utf-8").splitlines()
        lines = iter(enumerate(text, 1))
        options = []
        began = False
        for number, line in lines:
            words = self.split(number, line)
            if not words:
                continue
            verb = words[0]
            # What stands before the first deed sets the stage.
            if not began and (verb not in ("repository", "simulator", "no-repository", "env")
                              or words == ["simulator", "stop"]):
                self.set_stage(options)
                began = True
            if verb == "simulator" and not began:
                options = None if words[1:] == ["none"] else words[1:]
            elif verb == "repository":
                shutil.copytree(HERE / "_repositories" / words[1], self.repo, dirs_exist_ok=True)
            elif verb == "no-repository":
                self.repo.mkdir()
                (self.repo / ".no-git").touch()
            elif verb == "$":
                self.run(line.strip()[1:].strip(), words[1:])
            else:
                try:
                    self.act(verb, words[1:], lines)
                except (OSError, IndexError, KeyError, ValueError) as error:
                    raise Wrong(f"scenario.txt:{number}: {line}: {error!r}") from error
        self.epilogue()
        return self.normal.text("".join(self.lines))

    @staticmethod
    def split(number, line):
        if line.startswith("#") or not line.strip():
            return []
        try:
            return shlex.split(line)
        except ValueError as error:
            raise Wrong(f"scenario.txt:{number}: {error}") from error

    # The stage: a repository with a first commit, and the simulator.

    def set_stage(self, options):
        if (self.folder / "repo").is_dir():
            shutil.copytree(self.folder / "repo", self.repo, dirs_exist_ok=True)
        if not self.repo.exists():
            self.repo.mkdir()
        if (self.repo / ".no-git").exists():
            (self.repo / ".no-git").unlink()
        else:
            self.git("-c", "init.defaultBranch=main", "init", "--quiet")
            self.git("add", "--all")
            self.git("commit", "--quiet", "--allow-empty", "--message", "First")
        if options is not None:
            self.start(options)

    def git(self, *words):
        done = subprocess.run(["git", *words], cwd=self.repo, env=self.env, text=True,
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise Wrong(f"git {' '.join(words)}: {done.stderr.strip()}")

    def start(self, options):
        url_file = self.work / "url"
        url_file.unlink(missing_ok=True)
        words = [self.server, "--port", "0", "--url-file", url_file, "--exit-with-stdin"]
        faults = self.folder / "faults.json"
        if faults.exists():
            words += ["--script", faults]
        options = [str(self.folder / word) if word.endswith(".json") else word for word in options]
        log = open(self.work / "simulator.log", "wb")
        try:
            self.process = subprocess.Popen([*map(str, words), *options], stdin=subprocess.PIPE,
                                            stdout=log, stderr=log, env=self.env)
        except OSError as error:
            raise Wrong(f"the simulator does not start: {error}") from error
        finally:
            log.close()
        for _ in range(400):
            if url_file.exists() or self.process.poll() is not None:
                break
            time.sleep(0.025)
        if not url_file.exists():
            raise Wrong("the simulator does not start:\n" + (self.work / "simulator.log").read_text())
        self.url = url_file.read_text().split()[0]
        self.env["RECONCILE_API_URL"] = self.url

    def stop(self):
        if self.process:
            self.process.stdin.close()
            try:
                code = self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                code = self.process.wait()
            if code != 0:
                self.offences.append(f"the simulator ended with {code}:\n"
                                     + (self.work / "simulator.log").read_text())
            self.process = None

    def close(self, keep):
        self.stop()
        if keep:
            print(f"kept: {self.work}")
        else:
            shutil.rmtree(self.work, ignore_errors=True)

    # Deeds.

    def act(self, verb, words, lines):
        if verb == "commit":
            self.git("add", "--all")
            self.git("commit", "--quiet", "--allow-empty", "--message", words[0])
        elif verb == "lay":
            shutil.copytree(self.folder / words[0], self.repo, dirs_exist_ok=True)
        elif verb == "replace":
            path = self.repo / words[0]
            text = path.read_text(encoding="utf-8")
            if words[1] not in text:
                raise ValueError(f"{words[1]!r} is not in the file")
            path.write_text(text.replace(words[1], words[2]), encoding="utf-8")
        elif verb == "write":
            path = self.repo / words[0]
            path.parent.mkdir(parents=True, exist_ok=True)
            content = []
            for _, line in lines:
                if line == ".":
                    break
                content.append(line + "\n")
            path.write_text("".join(content), encoding="utf-8")
        elif verb == "remove":
            (self.repo / words[0]).unlink()
        elif verb == "move":
            (self.repo / words[1]).parent.mkdir(parents=True, exist_ok=True)
            (self.repo / words[0]).rename(self.repo / words[1])
        elif verb == "env":
            name, equals, value = words[0].partition("=")
            if equals:
                self.env[name] = value
            else:
                self.env.pop(name, None)
        elif verb == "simulator" and words == ["stop"]:
            self.note_books()
            self.stop()
        elif verb == "faults":
            self.ask("script", (self.folder / words[0]).read_bytes())
        elif verb == "body":
            for customer in self.customers():
                if customer["externalId"] == words[0]:
                    self.say(f"\nThe API received of {words[0]}:\n")
                    self.say(json.dumps(customer["body"], indent=2, ensure_ascii=False) + "\n")
        elif verb == "same-body":
            self.same_body(words[0], json.loads((self.repo / words[1]).read_text(encoding="utf-8")))
        else:
            raise ValueError(f"unknown verb {verb}")

    def same_body(self, key, wanted):
        """The received body holds what the manifest says, and nothing else; packages are a set."""
        bodies = [c["body"] for c in self.customers() if c["externalId"] == key]
        wanted["packages"].sort()
        for body in bodies:
            body["packages"].sort()
        if bodies != [wanted]:
            self.offences.append(f"{key}: the API received {json.dumps(bodies)}")
        else:
            self.say(f"\nThe API received of {key} what the manifest says, value for value.\n")

    def run(self, line, words):
        if self.url:
            words = [word.replace("{base}", self.url.removesuffix("/v1")) for word in words]
        if words[0] == "reconcile":
            words = [str(self.program), *words[1:]]
        before = self.ask("requests")["requests"] if self.process else []
        try:
            done = subprocess.run(words, cwd=self.repo, env=self.env, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=COMMAND_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise Wrong(f"{line}: not done after {COMMAND_SECONDS} s\n{error.stderr}") from error
        except OSError as error:
            raise Wrong(f"{line}: {error}") from error
        if self.process:
            self.normal.learn(self.customers())
            self.judge(line, words, self.ask("requests")["requests"][len(before):])
        self.say(f"$ {line}\n" if not self.lines else f"\n$ {line}\n")
        for label, output in (("", done.stdout), ("[standard error]\n", done.stderr)):
            try:
                text = output.decode("utf-8")
            except UnicodeDecodeError:
                self.offences.append(f"{line}: wrote what is no UTF-8")
                text = output.decode("utf-8", "backslashreplace")
            for secret in SECRETS:
                if secret in text:
                    self.offences.append(f"{line}: printed the secret {secret}")
            if text:
                self.say(label + self.normal.progress(text))
        self.say(f"[exit {done.returncode}]\n")

    def judge(self, line, words, requests):
        """What holds of every command, whatever the scenario is about."""
        reading = any(word in ("plan", "validate", "status", "render", "config", "state", "--dry-run")
                      for word in words[1:3])
        for request in requests:
            if reading and request["method"] != "GET" and request["call"] not in ("validate", "token"):
                self.offences.append(f"{line}: sent {request['method']} {request['path']}")

    # What is left behind.

    def epilogue(self):
        self.note_books()
        self.stop()
        if not (self.repo / ".git").exists():
            return
        done = subprocess.run([str(self.program), "state", "export"], cwd=self.repo, env=self.env,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_SECONDS,
                              check=False)
        self.say("\nThe state remembers:\n")
        if done.returncode != 0:
            self.say(f"  (state export: exit {done.returncode})\n"
                     + done.stderr.decode("utf-8", "backslashreplace"))
            return
        document = json.loads(done.stdout)
        records = document.get("customers", document.get("records"))
        if records is None:
            raise Wrong(f"state export has no list of customers: {list(document)}")
        for record in records:
            self.say(f"  {record['key']}: {describe(record)}\n")
        if not records:
            self.say("  nothing\n")
        for path in sorted((self.repo / ".git").rglob("reconcile*")):
            if path.is_file() and any(secret.encode() in path.read_bytes() for secret in SECRETS):
                self.offences.append(f"a secret is in {path.name}")

    def note_books(self):
        """What the API received, by customer: customers are worked on at the same time, so only
        the order of one customer's requests means anything."""
        if not self.process:
            return
        self.normal.learn(self.customers())
        counts = self.ask("counts")
        if counts["duplicatesEver"]:
            self.offences.append(f"made twice: {', '.join(counts['duplicatesEver'])}")
        by_key = {}
        for request in self.ask("requests")["requests"]:
            by_key.setdefault(request.get("externalId") or "", []).append(request)
        self.say("\nThe API received:\n")
        if not by_key:
            self.say("  nothing\n")
        for key in sorted(by_key):
            self.say(f"  {key or '(of no one customer)'}: {' · '.join(fold(by_key[key]))}\n")
        live = sorted((c for c in self.customers() if not c["gone"]), key=lambda c: c["externalId"])
        for customer in live:
            self.say(f"  it has {customer['externalId']}: {customer['status']}, "
                     f"{' '.join(customer['packages'])}\n")

    def customers(self):
        return self.ask("customers")["customers"]

    def ask(self, book, body=None):
        base = self.url.removesuffix("/v1")
        with OPENER.open(f"{base}/__simulator/{book}", data=body, timeout=20) as answer:
            return json.load(answer)

    def say(self, text):
        self.lines.append(text)


def fold(requests):
    """`create 202`, and the polls that follow as one, as their number depends on the clock."""
    steps = []
    for request in requests:
        status = request.get("status")
        step = f"{request['call']} {status if status else 'no answer'}"
        if not (steps and steps[-1] == step and request["call"] == "get"):
            steps.append(step)
    return steps


def describe(record):
    parts = [record.get("status") or "no status", record.get("url") or "no url",
             record.get("path") or "no manifest"]
    parts += [word for word in ("adopted", "protect") if record.get(word)]
    if not record.get("settled", True):
        parts.append("unsettled")
    if record.get("intent"):
        parts.append(f"open {record['intent']['type']}")
    if record.get("sub_partner"):
        parts.append(f"sub-partner {record['sub_partner']}")
    if record.get("error"):
        parts.append(f"error {record['error']['message']}")
    return ", ".join(parts)
