import type { LabPorts } from "./lab-ports";

/** What a test wants different from a well set up server. */
export type AsteriskConfigOptions = {
  /** `systemname`: prefix of every channel's unique id. Default lab1, lab2 … */
  name?: string;
  /** False: the ARI modules are loaded but ari.conf says `enabled=no`. */
  ari?: boolean;
  /** False: chan_websocket is not loaded, as before Asterisk 22.4. */
  chanWebsocket?: boolean;
  username?: string;
  password?: string;
  /** Name of the Stasis application that `_92XX` goes to. */
  app?: string;
  /** Seconds without RTP after which Asterisk itself ends a call. Default: never, as Asterisk's. */
  rtpTimeoutSeconds?: number;
  /** Lines to add to files, as in `{ "extensions.conf": "[other]\nexten => …" }`. */
  extra?: Record<string, string>;
};

/** Frequency of the lab's music on hold, Hz: no phone of ours says it. */
export const MUSIC_ON_HOLD_HZ = 620;
export const CALLERS = range(100, 119);
export const AGENTS = range(200, 219);
const QUEUE_MEMBERS = [201, 202, 203];

/**
 * Without bridge_native_rtp: it hands one phone's RTP on to the other as it came, and where it takes over in mid-call
 * baresip 1.1 takes the new time stamps for old frames and may stay deaf. A tapped call is never bridged that way.
 */
const MODULES = `bridge_builtin_features bridge_holding bridge_simple bridge_softmix
  chan_bridge_media chan_pjsip codec_alaw codec_gsm codec_resample codec_ulaw
  format_gsm format_pcm format_sln format_wav func_callerid func_channel func_logic func_strings pbx_config
  app_dial app_echo app_playback app_queue app_stack app_stasis app_verbose
  res_ari res_ari_applications res_ari_asterisk res_ari_bridges res_ari_channels res_ari_device_states
  res_ari_endpoints res_ari_events res_ari_model res_ari_playbacks res_ari_recordings res_ari_sounds
  res_http_websocket res_websocket_client res_musiconhold res_pjproject res_pjsip res_pjsip_caller_id
  res_pjsip_dtmf_info res_pjsip_endpoint_identifier_user res_pjsip_header_funcs res_pjsip_nat res_pjsip_pubsub
  res_pjsip_refer res_pjsip_rfc3326 res_pjsip_sdp_rtp res_pjsip_session res_rtp_asterisk
  res_sorcery_astdb res_sorcery_config res_sorcery_memory res_stasis res_stasis_answer res_stasis_device_state
  res_stasis_playback res_stasis_recording res_stasis_snoop res_timing_timerfd res_crypto`.split(/\s+/);

/** Files that Asterisk complains of where they are missing, though it needs nothing in them. */
const EMPTY_FILES = ["ccss.conf", "features.conf", "indications.conf", "udptl.conf", "pjproject.conf"];

/**
 * A server's configuration for `folder` (a path inside the tree).
 * @returns file name → text
 */
export function asteriskConfig(
  options: AsteriskConfigOptions & { folder: string; libraries: string; ports: LabPorts },
): Record<string, string> {
  const files: Record<string, string> = {
    ...Object.fromEntries([...EMPTY_FILES, "chan_websocket.conf", "websocket_client.conf"].map((name) => [name, ""])),
    "asterisk.conf": asteriskConf(options),
    "modules.conf": modulesConf(options),
    "logger.conf": "[general]\n[logfiles]\nmessages => notice,warning,error,verbose\n",
    "http.conf": `[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=${options.ports.http}\n`,
    "ari.conf": ariConf(options),
    "rtp.conf": `[general]\nrtpstart=${options.ports.serverRtp.from}\nrtpend=${options.ports.serverRtp.to}\nicesupport=no\n`,
    "pjsip.conf": pjsipConf(options),
    "extensions.conf": extensionsConf(options),
    "queues.conf": queuesConf(),
    "musiconhold.conf": `[default]\nmode=files\ndirectory=${options.folder}/music\n`,
    "cdr.conf": "[general]\nenable=no\n",
    "cel.conf": "[general]\nenable=no\n",
    "manager.conf": "[general]\nenabled=no\n",
    "queuerules.conf": "[general]\n",
  };
  for (const [name, lines] of Object.entries(options.extra ?? {})) files[name] = `${files[name] ?? ""}\n${lines}\n`;
  return files;
}

function asteriskConf({ folder, libraries, ports, name }: Parameters<typeof asteriskConfig>[0]): string {
  return `[directories]
astetcdir => ${folder}/etc
astmoddir => ${libraries}/asterisk/modules
astvarlibdir => ${folder}/var
astdbdir => ${folder}/var
astkeydir => ${folder}/var
astdatadir => /usr/share/asterisk
astagidir => ${folder}/var
astspooldir => ${folder}/spool
astrundir => ${folder}/run
astlogdir => ${folder}/log
[options]
verbose = 3
defaultlanguage = en_US_f_Allison
systemname = ${name ?? `lab${ports.number}`}
entityid = 02:00:00:00:00:${ports.number.toString(16).padStart(2, "0")}
`;
}

function modulesConf({ chanWebsocket }: AsteriskConfigOptions): string {
  const modules = chanWebsocket === false ? MODULES : [...MODULES, "chan_websocket"];
  return `[modules]\nautoload=no\n${modules.map((name) => `load=${name}.so`).join("\n")}\n`;
}

function ariConf({ ari, username, password }: AsteriskConfigOptions): string {
  return `[general]
enabled=${ari === false ? "no" : "yes"}
[${username ?? "earshot"}]
type=user
password=${password ?? "lab-password"}
`;
}

function pjsipConf({ ports, rtpTimeoutSeconds }: Parameters<typeof asteriskConfig>[0]): string {
  const phone = (extension: number, context: string) => `[${extension}](phone)
context=${context}
aors=${extension}
callerid=${extension} <${extension}>
[${extension}]
type=aor
contact=sip:${extension}@127.0.0.1:${ports.phone(extension)}
`;
  const timeout = rtpTimeoutSeconds ? `rtp_timeout=${rtpTimeoutSeconds}\nrtp_timeout_hold=${rtpTimeoutSeconds}\n` : "";
  return `[global]
type=global
[udp]
type=transport
protocol=udp
bind=127.0.0.1:${ports.sip}
[phone](!)
type=endpoint
disallow=all
allow=ulaw
direct_media=no
rtp_symmetric=yes
media_address=127.0.0.1
bind_rtp_to_media_address=yes
${timeout}
${CALLERS.map((extension) => phone(extension, "from-outside")).join("")}
${AGENTS.map((extension) => phone(extension, "from-inside")).join("")}`;
}

/** 1XX, 2XX: that phone. 80X: whoever of the queue answers first. 81X: the queue in turn. 7XX: music. 92XX: our application. */
function extensionsConf({ app }: AsteriskConfigOptions): string {
  return `[numbers]
exten => _[12]XX,1,Dial(PJSIP/\${EXTEN},30)
 same => n,Hangup()
exten => _80X,1,Answer()
 same => n,Queue(support)
 same => n,Hangup()
exten => _81X,1,Answer()
 same => n,Queue(sales)
 same => n,Hangup()
exten => _7XX,1,Answer()
 same => n,MusicOnHold(default)
exten => _92XX,1,Stasis(${app ?? "earshot"},\${EXTEN:1})
 same => n,Hangup()
[from-outside]
include => numbers
[from-inside]
include => numbers
`;
}

function queuesConf(): string {
  const members = QUEUE_MEMBERS.map((extension) => `member => PJSIP/${extension}`).join("\n");
  const queue = (name: string, strategy: string) =>
    `[${name}]\nstrategy=${strategy}\ntimeout=15\nretry=1\nringinuse=no\nmusicclass=default\n${members}\n`;
  return `[general]\npersistentmembers=no\n${queue("support", "ringall")}${queue("sales", "rrmemory")}`;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
