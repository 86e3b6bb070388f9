/* How each official SDK is told another address than LINE's. The path of the address must be empty: three of them drop it. */
export const SDKS = ['node', 'python', 'go', 'java', 'ruby', 'php'] as const;
export type Sdk = (typeof SDKS)[number];

export const SDK_NAMES: Record<Sdk, string> = {
  node: 'Node',
  python: 'Python',
  go: 'Go',
  java: 'Java',
  ruby: 'Ruby',
  php: 'PHP',
};

const LINES: Record<Sdk, readonly string[]> = {
  node: [
    'const baseURL = process.env.LINE_API_BASE',
    'new messagingApi.MessagingApiClient({ channelAccessToken, baseURL })',
    'new messagingApi.MessagingApiBlobClient({ channelAccessToken, baseURL })',
  ],
  python: [
    'configuration = Configuration(',
    '    access_token=TOKEN,',
    '    host=os.getenv("LINE_API_BASE"))',
  ],
  go: [
    'if base := os.Getenv("LINE_API_BASE"); base != "" {',
    '    options = append(options, messaging_api.WithEndpoint(base))',
    '    blobOptions = append(blobOptions, messaging_api.WithBlobEndpoint(base))',
    '}',
    'messaging_api.NewMessagingApiAPI(token, options...)',
    'messaging_api.NewMessagingApiBlobAPI(token, blobOptions...)',
  ],
  java: [
    'var base = System.getenv("LINE_API_BASE");',
    'var api = MessagingApiClient.builder(token);',
    'var blob = MessagingApiBlobClient.builder(token);',
    'if (base != null) {',
    '    api.apiEndPoint(URI.create(base));',
    '    blob.apiEndPoint(URI.create(base));',
    '}',
  ],
  ruby: [
    'Line::Bot::V2::MessagingApi::ApiClient.new(',
    '  base_url: ENV.fetch("LINE_API_BASE", "https://api.line.me"),',
    '  channel_access_token: token)',
    'Line::Bot::V2::MessagingApi::ApiBlobClient.new(',
    '  base_url: ENV.fetch("LINE_API_BASE", "https://api-data.line.me"),',
    '  channel_access_token: token)',
  ],
  php: [
    '$config = new LINE\\Clients\\MessagingApi\\Configuration();',
    '$config->setAccessToken($token);',
    "if ($base = getenv('LINE_API_BASE')) $config->setHost($base);",
  ],
};

/** The setting that all of them read, and what the code does with it. */
export function environmentLine(url: string): string {
  return `LINE_API_BASE=${url}`;
}

export function snippet(sdk: Sdk): string {
  return LINES[sdk].join('\n');
}
