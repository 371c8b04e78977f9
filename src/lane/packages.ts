/** What is used of Socket.IO and of the packages that it is made of. The build puts these into a file of their own. */

export { Server } from 'socket.io';
export { Decoder, Encoder, PacketType } from 'socket.io-parser';
export { Sender, WebSocket, WebSocketServer } from 'ws';
