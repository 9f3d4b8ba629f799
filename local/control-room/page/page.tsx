/** The control room's one page: everything at one look. A few lines of script refresh what changes. */
import type { Scene } from '../scene';
import { Alerts } from './alerts';
import { Breaker } from './breaker';
import { Client } from './client';
import { Clients } from './clients';
import { Deposit } from './deposit';
import { Desk } from './desk';
import { Header } from './header';
import { Mailbox } from './mailbox';
import type { FailedForm } from './parts';
import { Phone } from './phone';

export interface PageProps {
  scene: Scene;
  /** What the last form came to. */
  said: { text: string; isBad: boolean } | undefined;
  failed: FailedForm | undefined;
}

export function ControlRoomPage({ scene, said, failed }: PageProps) {
  return (
    <html lang="en-AU">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>CoreSentia control room</title>
        <link rel="icon" href="/control-room.svg" />
        <link rel="stylesheet" href="/control-room.css" />
        <script src="/control-room.js" defer />
      </head>
      <body>
        <a class="skip" href="#client">
          Skip to the client
        </a>
        <Header scene={scene} failed={failed} />
        <p class={said?.isBad ? 'said bad' : 'said'} id="said" role="status">
          {said?.text}
        </p>
        <main>
          <div class="column start">
            <Deposit scene={scene} failed={failed} />
            <Clients scene={scene} />
            <Desk scene={scene} />
            <Breaker scene={scene} failed={failed} />
          </div>
          <div class="column middle">
            <Client scene={scene} failed={failed} />
            <Alerts scene={scene} />
          </div>
          <div class="column end">
            <Mailbox scene={scene} />
            <Phone scene={scene} failed={failed} />
          </div>
        </main>
      </body>
    </html>
  );
}
