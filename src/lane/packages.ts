/** What is used of Socket.IO and of the packages that it consists of. The build puts these into a separate file. */

export { Server } from 'socket.io';
export { Decoder, Encoder, PacketType } from 'socket.io-parser';
export { Sender, WebSocket, WebSocketServer } from 'ws';
