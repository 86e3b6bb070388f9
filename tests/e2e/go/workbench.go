// The exercises of node/workbench.mjs with the official Go SDK.
package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/line/line-bot-sdk-go/v8/linebot/channel_access_token"
	"github.com/line/line-bot-sdk-go/v8/linebot/messaging_api"
	"github.com/line/line-bot-sdk-go/v8/linebot/webhook"
)

type members map[string]any

func report(m members) {
	if err := json.NewEncoder(os.Stdout).Encode(m); err != nil {
		os.Exit(1)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// Says its port first; then the base URL is the first line of its input.
func begin() (net.Listener, string) {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	report(members{"type": "ready", "port": listener.Addr().(*net.TCPAddr).Port})
	input := bufio.NewScanner(os.Stdin)
	input.Scan()
	return listener, input.Text()
}

var (
	listener, base = begin()
	token          = os.Getenv("CHANNEL_ACCESS_TOKEN")
	line           = must(messaging_api.NewMessagingApiAPI(token, messaging_api.WithEndpoint(base)))
	blobs          = must(messaging_api.NewMessagingApiBlobAPI(token,
		messaging_api.WithBlobEndpoint(base)))
	oauth = must(channel_access_token.NewChannelAccessTokenAPI(
		channel_access_token.WithEndpoint(base)))
)

func uuid() string {
	var b [16]byte
	must(rand.Read(b[:]))
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func text(words string) messaging_api.MessageInterface {
	return &messaging_api.TextMessage{Text: words}
}

// What the SDK makes of a refusal.
func refusal(response *http.Response, err error) members {
	if err == nil {
		return members{"status": 200}
	}
	var said struct {
		Message string           `json:"message"`
		Details []map[string]any `json:"details"`
	}
	// The SDK's error text is "unexpected status code: N, BODY".
	_, body, _ := strings.Cut(err.Error(), ", ")
	if json.Unmarshal([]byte(body), &said) != nil {
		panic(err)
	}
	if said.Details == nil {
		said.Details = []map[string]any{}
	}
	return members{"status": response.StatusCode, "message": said.Message, "details": said.Details,
		"accepted": response.Header.Get("x-line-accepted-request-id")}
}

type told struct {
	user, replyToken, message string
}

func replyWith(t told, messages ...messaging_api.MessageInterface) (
	*http.Response, *messaging_api.ReplyMessageResponse, error) {
	return line.ReplyMessageWithHttpInfo(&messaging_api.ReplyMessageRequest{
		ReplyToken: t.replyToken, Messages: messages})
}

func pushTo(user, words, key string) (*http.Response, *messaging_api.PushMessageResponse, error) {
	return line.PushMessageWithHttpInfo(&messaging_api.PushMessageRequest{
		To: user, Messages: []messaging_api.MessageInterface{text(words)}}, key)
}

func flex() messaging_api.MessageInterface {
	return &messaging_api.FlexMessage{AltText: "a receipt", Contents: &messaging_api.FlexBubble{
		Body: &messaging_api.FlexBox{Layout: "vertical",
			Contents: []messaging_api.FlexComponentInterface{
				&messaging_api.FlexText{Text: "合計 ¥1,200"}}}}}
}

func reply(t told) members {
	_, answer, err := replyWith(t, text("one"), flex())
	must(answer, err)
	return members{"sent": len(answer.SentMessages), "quoted": answer.SentMessages[0].QuoteToken != ""}
}

func twice(t told) members {
	_, answer, err := replyWith(t, text("twice"))
	must(answer, err)
	response, _, err := replyWith(t, text("twice"))
	return refusal(response, err)
}

func long(t told) members {
	response, _, err := replyWith(t, text(strings.Repeat("x", 5001)))
	return refusal(response, err)
}

func push(t told) members {
	_, answer, err := pushTo(t.user, "pushed", uuid())
	return members{"sent": len(must(answer, err).SentMessages)}
}

func retry(t told) members {
	key := uuid()
	_, answer, err := pushTo(t.user, "once", key)
	must(answer, err)
	response, _, err := pushTo(t.user, "once", key)
	return refusal(response, err)
}

func profile(t told) members {
	found := must(line.GetProfile(t.user))
	return members{"same": found.UserId == t.user, "named": found.DisplayName != ""}
}

func stranger(told) members {
	response, _, err := line.GetProfileWithHttpInfo("Unobody")
	return refusal(response, err)
}

func menu(t told) members {
	created := must(line.CreateRichMenu(&messaging_api.RichMenuRequest{
		Size: &messaging_api.RichMenuSize{Width: 800, Height: 540}, Selected: true,
		Name: "workbench", ChatBarText: "Menu",
		Areas: []messaging_api.RichMenuArea{{
			Bounds: &messaging_api.RichMenuBounds{Width: 800, Height: 540},
			Action: &messaging_api.PostbackAction{Label: "menu", Data: "menu"}}}})).RichMenuId
	image := must(base64.StdEncoding.DecodeString(os.Getenv("MENU_PNG")))
	must(blobs.SetRichMenuImage(created, "image/png", bytes.NewReader(image)))
	must(line.LinkRichMenuIdToUser(t.user, created))
	linked := must(line.GetRichMenuIdOfUser(t.user)).RichMenuId
	download := must(blobs.GetRichMenuImage(created))
	back := must(io.ReadAll(download.Body))
	must(line.DeleteRichMenu(created))
	return members{"linked": linked == created, "image": bytes.Equal(back, image)}
}

func issue(told) members {
	issued := must(oauth.IssueStatelessChannelToken(
		"client_credentials", "", "", os.Getenv("CHANNEL_ID"), os.Getenv("CHANNEL_SECRET")))
	fresh := must(messaging_api.NewMessagingApiAPI(issued.AccessToken,
		messaging_api.WithEndpoint(base)))
	return members{"expires": issued.ExpiresIn, "works": must(fresh.GetBotInfo()).UserId != ""}
}

func info(told) members {
	return members{"user": must(line.GetBotInfo()).UserId}
}

func content(t told) members {
	download := must(blobs.GetMessageContent(t.message))
	data := must(io.ReadAll(download.Body))
	sum := sha256.Sum256(data)
	return members{"bytes": len(data), "sha256": hex.EncodeToString(sum[:])}
}

var exercises = map[string]func(told) members{
	"reply": reply, "twice": twice, "long": long, "push": push, "retry": retry, "profile": profile,
	"stranger": stranger, "menu": menu, "token": issue, "info": info, "content": content,
}

func run(name string, t told) {
	defer func() {
		if why := recover(); why != nil {
			report(members{"type": "failed", "name": name, "message": fmt.Sprint(why)})
		}
	}()
	report(members{"type": "done", "name": name, "outcome": exercises[name](t)})
}

func handle(event webhook.EventInterface) {
	e, ok := event.(webhook.MessageEvent)
	if !ok {
		return
	}
	t := told{replyToken: e.ReplyToken}
	if source, ok := e.Source.(webhook.UserSource); ok {
		t.user = source.UserId
	}
	switch message := e.Message.(type) {
	case webhook.TextMessageContent:
		run(message.Text, t)
	case webhook.ImageMessageContent:
		t.message = message.Id
		run("content", t)
	}
}

func main() {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	go func() {
		<-ended
		os.Exit(0)
	}()
	handler := func(w http.ResponseWriter, r *http.Request) {
		callback, err := webhook.ParseRequest(os.Getenv("CHANNEL_SECRET"), r)
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		for _, event := range callback.Events {
			handle(event)
		}
	}
	report(members{"type": "failed", "message": fmt.Sprint(
		http.Serve(listener, http.HandlerFunc(handler)))})
}
